// Tells the page that opened this window how the login has ended, and closes the window.
const { origin, message } = document.body.dataset;
if (window.opener && origin) {
  window.opener.postMessage(JSON.parse(message), origin);
  window.close();
}

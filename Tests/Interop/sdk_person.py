"""A browser whose person logs in at the SDK's example authorization server: `sdk_person.py URL`."""

import sys

import person


def log_in(url: str) -> str:
    """Opens the login page, sends its form as filled in, and returns the URL that follows."""
    page = person.fetch("GET", person.fetch("GET", url).location)
    form = person.LoginForm(page)
    return person.fetch("POST", form.url, form=form.fields).location


if __name__ == "__main__":
    arrival = person.fetch("GET", log_in(sys.argv[1]))
    assert arrival.status == 200 and "You can close this window" in arrival.text

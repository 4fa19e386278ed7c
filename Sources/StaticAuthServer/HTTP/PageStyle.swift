/// The style of pages, for those of another target.
package enum PageStyle {
    /// The style sheet.
    package static var css: [UInt8] { Array(PackageResources.page_css.dropLast()) }
}

/**
 * What all pages are made of: elements and their text (`elements`, `text`), where its lines end (`line-ends`), controls (`controls`, `chooser`), boxes over the
 * page (`popover`, `menu`, `placement`), the camera, movement, what outlives a page (`kept-state`), the editor's messages
 * (`editor`), lines to the reader (`notices`), pictures and their export. Pages take what they need from its files, so that a
 * page reads nothing that it does not use; they import nothing of each other.
 *
 * `base.css` has what each page's style begins with, `overlays.css` that of boxes over a page.
 */
export {};

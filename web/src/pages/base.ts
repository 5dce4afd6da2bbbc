/** On every page: htmx, which swaps the parts of a page that the server made anew. */

import "htmx.org";

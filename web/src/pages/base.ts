/** On every page: the style sheet, and htmx, which swaps the parts of a page that the server made anew. */

import "./style.css";
import "htmx.org";

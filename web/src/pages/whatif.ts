/** The sliders on the person's own figure, also where they come after the page did. */

import { mountAll } from "../whatif.ts";

mountAll(document);
new MutationObserver(() => {
  if (document.querySelector("[data-whatif][hidden]")) mountAll(document);
}).observe(document.body, { childList: true, subtree: true });

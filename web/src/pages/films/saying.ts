/** Tells screen readers what changed, once for each change; the list itself is made anew every second. */

const said = new Map<string, string>();

/** Says something politely. */
export function say(words: string): void {
  const place = document.querySelector("#said");
  if (place) place.textContent = words;
}

/** Says how a film stands whenever that changes. */
export function watch(): void {
  look(false);
  document.addEventListener("htmx:after:swap", () => look(true));
}

function look(aloud: boolean): void {
  for (const card of document.querySelectorAll<HTMLElement>("[data-said]")) {
    const words = card.dataset["said"] ?? "";
    if (aloud && said.get(card.id) !== words) say(words);
    said.set(card.id, words);
  }
}

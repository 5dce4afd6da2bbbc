/** A long list of people to choose from, made short by typing a part of a name. */

/** A name without capitals and accents, which people leave out when they look for it. */
function fold(name: string): string {
  return name.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

/** Whether somebody stays in the list: who is chosen, and whose name has each word that was typed. */
export function stays(name: string, chosen: boolean, typed: string): boolean {
  const folded = fold(name);
  return chosen || fold(typed).split(/\s+/u).every((word) => folded.includes(word));
}

/** Lets a field hide those of a list who are not called so. */
export function narrow(field: HTMLInputElement, list: HTMLElement): void {
  field.addEventListener("input", () => {
    for (const label of list.querySelectorAll("label")) {
      const box = label.querySelector("input");
      label.hidden = !stays(label.textContent ?? "", box?.checked ?? false, field.value);
    }
  });
}

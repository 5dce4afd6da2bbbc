/** Elements made in a line. */

const SVG = "http://www.w3.org/2000/svg";

type Content = string | Node;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Readonly<Record<string, string>> = {}, ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

export function makeSvg(tag: string, attributes: Readonly<Record<string, string>>, ...content: readonly Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M5 5h3v14H5zM20 5v14L9 12z",
  on: "M16 5h3v14h-3zM4 5v14l11-7z",
  left: "M15 5 7 12l8 7z",
  right: "M9 5l8 7-8 7z",
};

export type Icon = keyof typeof ICONS;

/** A button that shows a sign and is called by its name. */
export function iconButton(icon: Icon, name: string, act: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", class: "sign" });
  button.addEventListener("click", act);
  setIcon(button, icon, name);
  return button;
}

export function setIcon(button: HTMLButtonElement, icon: Icon, name: string): void {
  button.setAttribute("aria-label", name);
  button.title = name;
  const path = makeSvg("path", { d: ICONS[icon], fill: "currentColor" });
  button.replaceChildren(makeSvg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, path));
}

/** First letter in upper case, to begin a line with. */
export function begin(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

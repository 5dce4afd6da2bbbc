/** The coach's desk: long lists made short; of a group, the film of whoever is up goes on its way at once. */

import "./desk.css";
import htmx from "htmx.org";
import { narrow } from "./desk/narrowing.ts";
import { send } from "./films/sending.ts";

const form = document.querySelector<HTMLFormElement>("#send");
const input = document.querySelector<HTMLInputElement>("#film");

/** Sends a film, and goes on to whoever is next. */
async function take(form: HTMLFormElement, film: File): Promise<void> {
  if (await send(form, film)) location.assign(form.dataset["next"] ?? location.href);
  else await htmx.ajax("GET", form.dataset["list"] ?? "", { target: "#queue", swap: "innerMorph" });
}

/** Takes what was chosen, if only before this script was here. */
function look(form: HTMLFormElement, input: HTMLInputElement): void {
  const film = input.files?.[0];
  input.value = "";
  if (film) void take(form, film);
}

if (form && input) {
  input.addEventListener("change", () => look(form, input));
  look(form, input);
}

const called = document.querySelector<HTMLInputElement>("#called");
const whom = document.querySelector<HTMLElement>("#whom");
if (called && whom) {
  narrow(called, whom);
  called.parentElement?.removeAttribute("hidden");
}

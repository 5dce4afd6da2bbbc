/** Films on their way to the server, from the disk or the camera; without this script a plain form sends them. */

import "./films.css";
import htmx from "htmx.org";
import { record } from "./films/camera.ts";
import { say, watch } from "./films/saying.ts";
import { send } from "./films/sending.ts";

const form = document.querySelector<HTMLFormElement>("#send");
const input = document.querySelector<HTMLInputElement>("#film");
const drop = document.querySelector<HTMLElement>("#drop");
const condition = document.querySelector<HTMLSelectElement>("#condition");

/** Sends films one after the other, and shows the list anew after each. */
async function take(films: Iterable<File>): Promise<void> {
  if (!form) return;
  for (const film of films) {
    const sent = await send(form, film);
    say(sent ? `${film.name} has arrived.` : `${film.name} was not taken.`);
    document.querySelector("#none")?.remove();
    await htmx.ajax("GET", form.dataset["list"] ?? "", { target: "#films", swap: "innerMorph" });
  }
}

if (form && input && drop) {
  input.addEventListener("change", () => {
    void take([...(input.files ?? [])]);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    void take([...(event.dataTransfer?.files ?? [])]);
  });
  record((film) => void take([film]));
  watch();
}

condition?.addEventListener("change", () => {
  const shows = document.querySelector("#shows");
  if (shows) shows.textContent = condition.selectedOptions[0]?.textContent?.toLowerCase() ?? "";
});

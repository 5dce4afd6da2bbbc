/**
 * Films with everything measured in them. What it looks for:
 *
 *   <section data-viewer="….json"><video src="….mp4" controls></video></section>
 *   <div data-repetitions></div>
 *   <div data-pair><a data-take="Then" data-viewer="….json" data-film="….mp4">…</a> and another one</div>
 *
 * The page is complete without this script: the film plays, and all that is said is said in words and tables.
 */

import "uplot/dist/uPlot.min.css";
import "../film/film.css";

import { letKeys, makeButtons, makeScrubber } from "../film/controls.ts";
import { makeCurves } from "../film/curves.ts";
import { fetchViewer } from "../film/data.ts";
import { make } from "../film/elements.ts";
import { makePair, type Take } from "../film/pair.ts";
import { makeRepetitions } from "../film/repetitions.ts";
import { makeSpace } from "../film/space.ts";
import { Stage } from "../film/stage.ts";

async function openFilm(section: HTMLElement): Promise<void> {
  const viewer = await fetchViewer(section.dataset["viewer"] ?? "");
  const video = section.querySelector("video");
  const stage = new Stage(viewer, video, "The figure on the film");
  const space = makeSpace(viewer, stage.player);
  const seen = make("div", { class: "seen" }, stage.element, makeScrubber(viewer, stage.player));
  const left = make("div", { class: "side" }, seen, makeButtons(stage));
  const right = make("div", { class: "told" }, makeCurves(viewer, stage.player), ...(space ? [space] : []));
  section.replaceChildren(left, right);
  // A click on the film or on a curve takes the keys along, as on any button.
  section.tabIndex = -1;
  stage.element.addEventListener("click", () => stage.player.toggle());
  letKeys(section, stage.player);
  const film = video?.getAttribute("src") ?? null;
  for (const place of document.querySelectorAll("[data-repetitions]")) {
    onceSeen(place, () => place.replaceChildren(...makeRepetitions(viewer, film)));
  }
  section.dataset["ready"] = "";
}

/** Does it when the place comes near the screen: two more films are loaded only for those who go there. */
function onceSeen(place: Element, act: () => void): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      watcher.disconnect();
      act();
    },
    { rootMargin: "50%" },
  );
  watcher.observe(place);
}

async function openPair(section: HTMLElement): Promise<void> {
  const links = [...section.querySelectorAll<HTMLElement>("[data-take]")];
  const takes = await Promise.all(links.map(readTake));
  const [then, now] = takes;
  if (!then || !now) return;
  section.replaceChildren(makePair([then, now]).element);
  section.dataset["ready"] = "";
}

async function readTake(link: HTMLElement): Promise<Take | null> {
  const viewer = await fetchViewer(link.dataset["viewer"] ?? "");
  const repetition = viewer.repetitions.find(({ number }) => number === viewer.clearest);
  const film = link.dataset["film"] ?? null;
  return repetition ? { name: link.dataset["take"] ?? "", titled: true, viewer, film, repetition } : null;
}

function complain(section: HTMLElement): (error: unknown) => void {
  return (error) => {
    console.error(error);
    section.append(make("p", { class: "notice", role: "alert" }, "The curves could not be loaded. Try: load the page again."));
  };
}

for (const section of document.querySelectorAll<HTMLElement>("section[data-viewer]")) {
  openFilm(section).catch(complain(section));
}
for (const section of document.querySelectorAll<HTMLElement>("[data-pair]")) openPair(section).catch(complain(section));

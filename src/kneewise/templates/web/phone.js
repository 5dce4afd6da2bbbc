"use strict";
const list = document.querySelector("ul");
const largest = Number(document.body.dataset.largest);
const add = (tag, parent, words) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: words }));

function send(film) {
  const row = add("li", list, film.name);
  const bar = add("progress", row, "");
  bar.max = 1;
  bar.value = 0;
  const says = add("p", row, "On its way …");
  return new Promise((settle) => {
    const end = (words, wrong) => {
      bar.remove();
      says.textContent = words;
      says.className = wrong ? "wrong" : "";
      settle();
    };
    if (film.size > largest) return end(`This is too large. Try: ${document.body.dataset.smaller}`, true);
    const request = new XMLHttpRequest();
    request.open("PUT", "/?" + new URLSearchParams({ name: film.name, whom: document.body.dataset.whom }));
    request.setRequestHeader("X-Kneewise", "film");
    request.upload.onprogress = (event) => (bar.value = event.loaded / Math.max(event.total, 1));
    request.onload = () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { told = { error: "The door is closed.", try: "open it again on the computer." }; }
      if (told.now !== undefined) {
        document.querySelector("#says").textContent = told.now;
        document.body.dataset.whom = told.whom;
      }
      if (request.status === 201) return end(told.says, false);
      end(`${told.error} Try: ${told.try}`, true);
    };
    request.upload.onload = () => (says.textContent = "Being looked at …");
    request.onerror = () => end("The computer does not answer. Try: stay in the same Wi-Fi, and open the door there again.", true);
    request.send(film);
  });
}

document.querySelector("input").addEventListener("change", async (event) => {
  const films = [...event.target.files];
  event.target.value = "";
  // Until a film has arrived nobody else's turn has come: the next one would be taken for the same person's.
  const waits = document.body.dataset.whom !== "";
  event.target.disabled = waits;
  for (const film of films) await send(film);
  event.target.disabled = false;
});

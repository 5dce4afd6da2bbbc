/** One film → the server, as it is, with how much of it has arrived. */

/** Sends a film; false where it was not taken, which is then told on the page. */
export function send(form: HTMLFormElement, film: File): Promise<boolean> {
  const row = addRow(film.name);
  const largest = Number(form.dataset["largest"]);
  if (film.size > largest) {
    return Promise.resolve(row.refuse("The film is too large. Try: film two or three squats only, with 1080p."));
  }
  const request = new XMLHttpRequest();
  request.open("PUT", `${form.dataset["to"]}?${labelOf(form, film)}`);
  request.setRequestHeader("X-CSRF-Token", tokenOf());
  request.setRequestHeader("Content-Type", "application/octet-stream");
  row.stop.addEventListener("click", () => request.abort());
  return new Promise((settle) => {
    request.upload.addEventListener("progress", (event) => row.show(event.loaded / Math.max(event.total, 1)));
    request.addEventListener("load", () => settle(request.status === 201 ? row.done() : row.refuse(reasonOf(request))));
    request.addEventListener("abort", () => settle(row.refuse("Stopped.")));
    request.addEventListener("error", () =>
      settle(row.refuse("kneewise does not answer. Try: see that it still runs, and choose the film once more.")),
    );
    request.send(film);
  });
}

function labelOf(form: HTMLFormElement, film: File): URLSearchParams {
  const told = new FormData(form);
  const label = new URLSearchParams({ name: film.name });
  for (const name of ["condition", "load", "bar"]) label.set(name, String(told.get(name) ?? ""));
  return label;
}

function tokenOf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

function reasonOf(request: XMLHttpRequest): string {
  try {
    const told = JSON.parse(request.responseText) as { error?: string; try?: string };
    return `${told.error ?? "It was not taken."} Try: ${told.try ?? "do it once more."}`;
  } catch {
    return request.responseText || "It was not taken. Try: load the page again.";
  }
}

interface Row {
  stop: HTMLButtonElement;
  show(share: number): void;
  done(): boolean;
  refuse(words: string): boolean;
}

function addRow(name: string): Row {
  const row = document.createElement("li");
  const line = Object.assign(document.createElement("p"), { className: "name" });
  const stop = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Stop" });
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", `${name}, arrived so far`);
  line.append(Object.assign(document.createElement("span"), { textContent: name }), stop);
  row.append(line, bar);
  document.querySelector("#sending")?.append(row);
  return {
    stop,
    show: (share) => {
      bar.value = share;
    },
    done: () => {
      row.remove();
      return true;
    },
    refuse: (words) => {
      bar.replaceWith(Object.assign(document.createElement("p"), { className: "wrong", textContent: words }));
      stop.replaceWith(closer(row));
      return false;
    },
  };
}

function closer(row: HTMLElement): HTMLButtonElement {
  const close = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Hide" });
  close.addEventListener("click", () => row.remove());
  return close;
}

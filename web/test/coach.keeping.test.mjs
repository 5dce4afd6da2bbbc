import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../src/coach/keeping.ts";
import { LEAST, Pace, easier, firstWay } from "../src/coach/pace.ts";
import { chooseVoice } from "../src/coach/speaking.ts";
import { troubleOf } from "../src/coach/camera.ts";

function shelf() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

/** A server that answers as told, and what it took. */
function server(...answers) {
  const taken = [];
  const post = async (url, body) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === "away") throw new TypeError("Failed to fetch");
    if (answer < 400) taken.push([url, JSON.parse(body).id]);
    return { ok: answer < 400, status: answer };
  };
  return { post, taken };
}

test("a summary waits until the server has taken it, and is handed over once", async () => {
  const { post, taken } = server("away", 503, 204);
  const outbox = new Outbox(shelf(), post);
  outbox.put("/a", { id: "1" });
  assert.deepEqual([await outbox.send(), await outbox.send(), await outbox.send(), await outbox.send()], [1, 1, 0, 0]);
  assert.deepEqual(taken, [["/a", "1"]]);
});

test("what waited is there after the page was closed", async () => {
  const kept = shelf();
  new Outbox(kept, server("away").post).put("/a", { id: "1" });
  const { post, taken } = server(204);
  assert.equal(await new Outbox(kept, post).send(), 0);
  assert.deepEqual(taken, [["/a", "1"]]);
});

test("the same session laid down again replaces what was there", async () => {
  const { post, taken } = server(204);
  const outbox = new Outbox(shelf(), post);
  outbox.put("/a", { id: "1", part: 1 });
  outbox.put("/a", { id: "1", part: 2 });
  await outbox.send();
  assert.equal(taken.length, 1);
});

test("several sessions are handed over one by one, also when one of them is refused", async () => {
  const outbox = new Outbox(shelf(), server(422, 204).post);
  outbox.put("/a", { id: "1" });
  outbox.put("/a", { id: "2" });
  assert.equal(await outbox.send(), 1);
});

test("taken before, with the answer lost, is taken", async () => {
  const outbox = new Outbox(shelf(), server(409).post);
  outbox.put("/a", { id: "1" });
  assert.equal(await outbox.send(), 0);
});

test("in a browser that keeps nothing it waits while the page is open", async () => {
  const full = { getItem: () => null, setItem: () => { throw new Error("QuotaExceededError"); } };
  for (const place of [null, full]) {
    const { post, taken } = server("away", 204);
    const outbox = new Outbox(place, post);
    outbox.put("/a", { id: "1" });
    assert.equal(await outbox.send(), 1);
    assert.equal(await outbox.send(), 0);
    assert.equal(taken.length, 1);
  }
});

test("what others wrote on the shelf breaks nothing", () => {
  const spoiled = shelf();
  spoiled.setItem("kneewise.coach.waiting", "{");
  assert.equal(new Outbox(spoiled, server(204).post).size, 0);
});

test("a slow computer gets the smaller network, then the processor, then the truth", () => {
  const first = firstWay("ANGLE (Intel, Mesa Intel(R) UHD Graphics 620)");
  assert.deepEqual(first, { network: "full", graphics: true });
  assert.deepEqual(easier(first), { network: "lite", graphics: true });
  assert.deepEqual(easier(easier(first)), { network: "lite", graphics: false });
  assert.equal(easier(easier(easier(first))), null);
});

test("where a program pretends to be a graphics card, it is not used", () => {
  for (const name of ["ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device))", "llvmpipe (LLVM 15)", "Microsoft Basic Render Driver"]) {
    assert.deepEqual(firstWay(name), { network: "lite", graphics: false });
  }
});

test("pace is what pictures take in the middle, without the first ones", () => {
  const pace = new Pace();
  for (let i = 0; i < 60; i++) pace.add(i / 20, i < 4 ? 3 : i % 10 === 0 ? 0.5 : 0.04);
  assert.ok(Math.abs(pace.able - 25) < 1e-9);
  assert.ok(Math.abs(pace.rate - 20) < 1e-6);
  pace.restart();
  assert.equal(pace.able, null);
  for (let i = 0; i < 40; i++) pace.add(3 + i / 5, 0.2);
  assert.ok(pace.able < LEAST);
});

test("only a voice of this computer speaks", () => {
  const far = { lang: "en-US", localService: false, default: true };
  const near = { lang: "en-GB", localService: true, default: false };
  assert.equal(chooseVoice([far, near]), near);
  assert.equal(chooseVoice([far, { ...near, lang: "de-DE" }]), null);
});

test("a camera that does not come is told by its reason", () => {
  const named = (name) => troubleOf(Object.assign(new Error(), { name }));
  assert.deepEqual(["NotAllowedError", "NotFoundError", "NotReadableError", "TypeError"].map(named), ["refused", "missing", "busy", "broken"]);
});

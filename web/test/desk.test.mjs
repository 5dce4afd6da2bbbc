import assert from "node:assert/strict";
import test from "node:test";

import { stays } from "../src/pages/desk/narrowing.ts";

test("a name is found by parts of it, in any order, however they are typed", () => {
  for (const typed of ["", " ", "okafor", "OKA", "afor", "zoe oka", "okafor  zoë"]) {
    assert.equal(stays("Zoë Okáfor", false, typed), true, typed);
  }
  for (const typed of ["anna", "okafor anna", "zoey"]) assert.equal(stays("Zoë Okáfor", false, typed), false, typed);
});

test("who is chosen stays, whatever is typed", () => {
  assert.equal(stays("Zoë Okáfor", true, "anna"), true);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { GATHERED, gather } from "../src/gather.ts";

test("events are told though more keep coming, each once and in order", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const told: number[][] = [];
  const add = gather<number>(async (events) => void told.push(events));
  for (let event = 0; event < 10; event += 1) {
    void add(event);
    context.mock.timers.tick(GATHERED / 2);
    // What waits for the timer goes on.
    await new Promise(setImmediate);
  }
  assert.deepEqual(told, [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]);
});

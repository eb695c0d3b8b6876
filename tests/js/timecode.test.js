import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatTimecode, spokenTime } from "../../static/js/timecode.js";

const table = JSON.parse(readFileSync(new URL("../data/timecodes.json", import.meta.url), "utf8"));

for (const [seconds, text] of table.format) {
  test(`${seconds} s is written ${text}`, () => assert.equal(formatTimecode(seconds), text));
}
for (const [seconds, text] of table.spoken) {
  test(`${seconds} s is read aloud as ${text}`, () => assert.equal(spokenTime(seconds), text));
}

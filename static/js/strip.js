import { all, ui } from "./dom.js";
import { formatTimecode, spokenTime } from "./timecode.js";

export let duration = 0;

export function makeSlider(seek, wordsAt) {
  const { strip, tip } = ui;
  const at = ({ offsetX }) =>
    Math.floor(Math.min(0.999, Math.max(0, offsetX / strip.clientWidth)) * duration);
  const hint = (seconds) => {
    const share = (seconds / duration) * 100;
    const chapter = all(".tick").findLast(({ dataset }) => dataset.start <= seconds);
    const words = (chapter?.dataset.title ?? "") + wordsAt(seconds);
    tip.textContent = `${formatTimecode(seconds)} ${words}`;
    tip.style.left = `${share}%`;
    tip.style.translate = `${-share}%`;
    tip.hidden = false;
  };
  duration = Number(strip.ariaValueMax);
  strip.onclick = (event) => seek(at(event));
  strip.onpointermove = (event) => hint(at(event));
  strip.onfocus = () => hint(Number(strip.ariaValueNow));
  strip.onpointerleave = strip.onblur = () => (tip.hidden = true);
}

/** A drawing's unit is the second: only its box changes. */
export function setDuration(seconds) {
  const box = all("#strip-drawing")[0].viewBox.baseVal;
  if (!(seconds > 0) || box.width === Math.fround(seconds)) return;
  duration = box.width = seconds;
  ui.strip.ariaValueMax = Math.floor(seconds);
}

export function movePlayHead(seconds) {
  ui.head.style.left = `${Math.min(100, (seconds / duration) * 100)}%`;
  ui.strip.ariaValueNow = Math.floor(seconds);
  ui.strip.ariaValueText = spokenTime(seconds);
}

import { linkTo } from "./address.js";
import { all, ui } from "./dom.js";
import { formatTimecode } from "./timecode.js";
import { wordsOf } from "./rows.js";

export function openShare({ title, video }, row, second) {
  const { claim, start = second, end } = row?.dataset ?? {};
  const text = wordsOf(row) || formatTimecode(second);
  const url = linkTo(start, claim);
  const fields = {
    claim: url,
    second: linkTo(second),
    clip: linkTo(`${start},${end || Number(start) + 30}`, claim),
    quote: `> ${text}\n\n[${title}, ${formatTimecode(start)}](${url})`,
    source: `https://youtu.be/${video}?t=${second}`,
  };
  for (const field of all("[data-field]")) field.value = fields[field.dataset.field];
  ui.shareWords.textContent = text;
  ui.send.hidden = !navigator.share;
  ui.send.onclick = () => navigator.share({ title, text, url }).catch(() => {});
  ui.share.showModal();
}

export async function copy(text) {
  const status = all("[open] .status, .watch > .status").pop();
  try {
    await navigator.clipboard.writeText(text);
    text = "Copied";
  } catch {}
  status.textContent = text;
  setTimeout(() => status.textContent === text && (status.textContent = ""), 4000);
}

import { recall, remember } from "./dom.js";

const RECENT = 4;

/** The address of a second ("79"), of a clip ("79,101"), or of a claim. */
export function linkTo(time, claim = "") {
  const notes = location.search.match(/\bnote=[^&]*/g) ?? [];
  const query = [...notes, claim && `claim=${claim}`, `t=${time}`].filter(Boolean);
  return new URL(`?${query.join("&")}`, location.href).href;
}

/** Says where the reader is: in the address, not in the history, and for "Continue watching". */
export function keepPlace({ path, title }, seconds, row) {
  const t = Math.floor(seconds);
  const { start, claim } = row?.dataset ?? {};
  const link = linkTo(t, Number(start) === t && claim);
  if (link === location.href) return;
  history.replaceState(history.state, "", link);
  const others = recall("recent", []).filter((other) => other.path !== path);
  remember("recent", [{ path, title, t }, ...others].slice(0, RECENT));
}

/** Only the server reads times: the page is loaded again for `#t=79`. True if it is. */
export function openFragment() {
  const [time] = /\bt=[^&]+/.exec(location.hash) ?? [];
  if (time) location.replace(`?${time}`);
  return !!time;
}

/** @type {(selector: string) => any[]} */
export const all = (selector) => [...document.querySelectorAll(selector)];

/** @type {Record<string, any>} `ui.speed` is `[data-ui=speed]` */
export const ui = new Proxy({}, {
  get(found, name) {
    if (!found[name]?.isConnected) [found[name]] = all(`[data-ui=${String(name)}]`);
    return found[name];
  },
});

// Storage may be empty, or forbidden.
export function recall(key, otherwise) {
  try {
    return JSON.parse(localStorage[key]) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  try {
    localStorage[key] = JSON.stringify(value);
  } catch {}
}

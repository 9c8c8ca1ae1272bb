// Looks at a screen as different people see it: by ear, in the dark, with large letters, with the phone on its side.
import { readFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { assertAccessible } from "./kader.mjs";
import { root } from "./app.mjs";

export const PHONE = { width: 360, height: 640 };
export const SIDEWAYS = { width: 640, height: 360 };
const SHOTS = process.env.POSYANDU_SHOTS;

/** The patterns of src/ui/routes.rs, in its order. */
export async function routeTable() {
  const source = await readFile(join(root, "src/ui/routes.rs"), "utf8");
  const table = source.match(/ROUTES[^=]*=\s*&\[([^\]]*)\]/)[1];
  return [...table.matchAll(/"([^"]+)"/g)].map((it) => it[1]);
}

/** Whether an address, without its query, is one of a pattern. */
export function fits(pattern, pathname) {
  const parts = pattern.split("/").map((part) => (part.startsWith(":") ? "[^/]+" : part));
  return new RegExp(`^${parts.join("/")}$`).test(pathname);
}

/** A picture of the screen in the folder POSYANDU_SHOTS, if there is one. */
export async function shot(page, name, what) {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  const file = `${name} ${what}`.replace(/[^\w,.-]+/g, "-").replace(/^-|-$/g, "");
  await page.screenshot({ path: join(SHOTS, `${file}.png`) });
}

/** Letters twice as large as they are, which is what the largest setting of Android does. */
export const largeText = (page) =>
  page.evaluate(() => {
    const html = document.documentElement;
    html.style.fontSize = `${2 * parseFloat(getComputedStyle(html).fontSize)}px`;
  });
export const usualText = (page) => page.evaluate(() => (document.documentElement.style.fontSize = ""));

const BUTTONS = ".button, .choice, .pad__key, .tabs__tab, .segments__one, .steps__link, .iconbutton, .textbutton, button[type=submit]";

/** What cannot be seen or tapped: sentences about the screen and its buttons, or whatever else is asked for. */
export const outOfReach = (page, selector = BUTTONS) =>
  page.evaluate((buttons) => {
    const said = [];
    const html = document.documentElement;
    if (html.scrollWidth > html.clientWidth) {
      const all = [...document.body.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > html.clientWidth + 1);
      const widest = all.sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0];
      said.push(`scrolls ${html.scrollWidth - html.clientWidth} px sideways, for ${widest?.outerHTML.slice(0, 80)}`);
    }
    const isShown = (it) => it.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !it.closest("[inert], .unseen");
    const name = (it) => (it.getAttribute("aria-label") || it.textContent || it.id).trim().replace(/\s+/g, " ").slice(0, 50);
    // Bars stick to the edges, so that a scroll of the browser's own choice may not show what lies in one or under one.
    const views = [
      (it) => it.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" }),
      () => scrollTo(0, 0),
      () => scrollTo(0, html.scrollHeight),
      (it) => it.scrollIntoView({ block: "start", inline: "nearest", behavior: "instant" }),
    ];
    const obstacle = (button) => {
      const box = button.getBoundingClientRect();
      if (box.left < -1 || box.right > innerWidth + 1) return "lies beyond the edge";
      const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      if (!hit) return "cannot be scrolled into view";
      return button.contains(hit) || hit.contains(button) ? null : `is covered by ${hit.outerHTML.slice(0, 60)}`;
    };
    for (const button of [...document.querySelectorAll(buttons)].filter(isShown)) {
      const obstacles = views.map((scroll) => (scroll(button), obstacle(button)));
      if (obstacles.every(Boolean)) said.push(`"${name(button)}" ${obstacles[0]}`);
      const box = button.getBoundingClientRect();
      const words = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) {
        const text = words.currentNode;
        if (!text.data.trim() || !isShown(text.parentElement) || text.parentElement.closest("[aria-hidden=true]")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const out = [...range.getClientRects()].some(
          (it) => it.width > 0 && (it.left < box.left - 3 || it.right > box.right + 3 || it.top < box.top - 6 || it.bottom > box.bottom + 6),
        );
        if (out) said.push(`"${name(button)}" does not hold its words`);
      }
    }
    scrollTo(0, 0);
    return [...new Set(said)];
  }, selector);

/** Two frames: what was changed is laid out. */
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Collects what is wrong, so that one walk over many screens tells everything at once. */
export class Looker {
  broken = [];
  unclean = [];
  /** What is out of reach: as usual, with large letters, on its side. */
  usual = [];
  large = [];
  sideways = [];
  links = new Set();
  screens = 0;

  /** The screen that stands there now. */
  async look(page, name) {
    this.screens += 1;
    await settled(page);
    const hrefs = await page.locator('a[href^="/"]').evaluateAll((all) => all.map((it) => new URL(it.href).pathname));
    for (const href of hrefs) this.links.add(href);
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shot(page, name, colorScheme);
      for (const violation of await violations(page, name)) this.unclean.push(`${name}, ${colorScheme}: ${violation}`);
    }
    this.usual.push(...(await outOfReach(page)).map((it) => `${name}: ${it}`));
    await largeText(page);
    await settled(page);
    this.large.push(...(await outOfReach(page)).map((it) => `${name}: ${it}`));
    await shot(page, name, "large");
    await usualText(page);
    await page.setViewportSize(SIDEWAYS);
    await settled(page);
    this.sideways.push(...(await outOfReach(page)).map((it) => `${name}: ${it}`));
    await shot(page, name, "sideways");
    await page.setViewportSize(PHONE);
    await settled(page);
  }

  /** A part of the walk; where it does not go on, that is said, and the next part is tried. */
  async part(page, name, walk) {
    try {
      await walk();
    } catch (error) {
      const screen = await page.locator("body").innerText().catch(() => "");
      this.broken.push(`${name}: ${error.message.split("\n").slice(0, 4).join(" ")} — on ${page.url()}: ${screen.replace(/\s+/g, " ").slice(0, 200)}`);
    }
  }
}

// The line of the practice has a test of its own; here it would say the same on every screen.
const PRACTICE_LINE = /^region: <p class="practice"[^|]*$/;

async function violations(page, what) {
  try {
    await assertAccessible(page, what);
    return [];
  } catch (error) {
    if (!Array.isArray(error.actual)) throw error;
    return error.actual.filter((it) => !PRACTICE_LINE.test(it));
  }
}

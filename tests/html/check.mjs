// All checks of the page: check.mjs MAKE FOLDER [NAME…]

import { start } from "./browser.mjs";
import { controller } from "./controller.mjs";
import { figures } from "./figures.mjs";
import { filters } from "./filters.mjs";
import { hostile } from "./hostile.mjs";
import { keyboard } from "./keyboard.mjs";
import { look } from "./look.mjs";
import { check, end } from "./said.mjs";

const parts = { filters, keyboard, hostile, figures, look, controller };
const wanted = process.argv.slice(4);
const browser = await start();
try {
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await part(browser).catch((error) => check(`${name} goes to its end`, false, error.stack));
  }
} finally {
  await browser.close();
}
end();

// The page of `serve` in a real browser: node serve.mjs URL ADMIN_TOKEN OUT_DIR.
// Types the token, looks at what is there, presses a button by keyboard, takes screenshots, and says what is wrong.
import { hold, key, run, send, shot, until, within } from './browser.mjs';

const [url, token, out] = process.argv.slice(2);
await within(url, out, async () => {
  hold('the page shows data before anybody entered', await run("document.getElementById('main').hidden"));

  // Keyboard alone: to the field, the token, Enter.
  await run("document.getElementById('token').focus()");
  await send('Input.insertText', { text: token });
  await key('Enter', '\r');
  await until("!document.getElementById('main').hidden && document.querySelectorAll('#users li').length > 0");
  await until("document.querySelectorAll('#exchanges li').length > 0");
  hold('the address has the token', !(await run('location.href')).includes(token));
  hold('the token is kept', !(await run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])")).includes(token));
  hold('the token is in the document', !(await run("document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((i) => i.value)")).includes(token));

  // Hostile names are text: nothing of them became an element, and nothing ran.
  await run("document.querySelectorAll('#users details, #exchanges details').forEach((made) => { made.open = true; })");
  await until("document.querySelectorAll('#exchanges details > .inside').length === document.querySelectorAll('#exchanges details').length");
  hold('a hostile name became markup', (await run("document.querySelectorAll('main img, main script, main iframe, main svg').length")) === 0);
  hold('a hostile name ran', (await run('typeof window.hostile')) === 'undefined');
  hold('the hostile name is not shown as text', await run("document.getElementById('users').textContent.includes('<img src=x onerror=')"));
  hold('a password is shown', !(await run('document.body.textContent')).includes('hunter2'));
  hold('a token is shown', !(await run('document.body.textContent')).includes('Bearer '));

  // Every control has a name.
  const nameless = "[...document.querySelectorAll('button, input, select')].filter((c) => !(c.getAttribute('aria-label') || c.textContent.trim() || c.labels?.length)).length";
  hold('a control has no name', (await run(nameless)) === 0);

  // An action by keyboard.
  await run("document.querySelectorAll('details[open]').forEach((made) => { made.open = false; })");
  await run("[...document.querySelectorAll('#tenant-actions button')].find((b) => b.textContent === 'New local account').focus()");
  await key('Enter', '\r');
  await until("document.getElementById('dialog').open && document.activeElement.name === 'userName'");
  await send('Input.insertText', { text: 'root' });
  await key('Tab');
  await send('Input.insertText', { text: 'root@example.com' });
  await key('Enter', '\r');
  await until("!document.getElementById('dialog').open && document.getElementById('users').textContent.includes('root')");
  await run("[...document.querySelectorAll('#tenant-actions button')].find((b) => b.textContent === 'Issue a token').focus()");
  await key('Enter', '\r');
  await until("document.getElementById('dialog').open");
  await key('Escape');
  await until("!document.getElementById('dialog').open");

  await run("document.querySelector('#exchanges details').open = true; document.querySelector('#users details').open = true; document.activeElement.blur(); scrollTo(0, 0)");
  await shot('serve-page-desktop.png', 1280, 900);
  await shot('serve-page-phone.png', 375, 812);
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await shot('dark.png', 1280, 900);
  await run("document.getElementById('leave').click()");
  hold('something stays after leaving', (await run("document.querySelectorAll('main li').length")) === 0);
});

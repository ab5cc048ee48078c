// A headless Chromium over a pipe, without any dependency: `within` opens a page, runs a check on it, prints what is wrong
// and ends the process with 1 if anything is.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let out = '.';
const profile = mkdtempSync(join(tmpdir(), 'scimulate-page-'));
const browser = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank',
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const [, , , write, read] = browser.stdio;

let number = 0;
let rest = '';
const waiting = new Map();
const complaints = [];
read.on('data', (chunk) => {
  const parts = (rest + chunk).split('\0');
  rest = parts.pop();
  for (const message of parts.map((part) => JSON.parse(part))) {
    if (message.method === 'Runtime.exceptionThrown') complaints.push(`exception: ${JSON.stringify(message.params.exceptionDetails)}`);
    if (message.method === 'Log.entryAdded' && message.params.entry.level === 'error') complaints.push(`log: ${message.params.entry.text}`);
    if (message.method === 'Page.javascriptDialogOpening') complaints.push('a dialog of the browser opened: hostile text ran');
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  }
});
let page;
export const send = (method, params = {}) => new Promise((done, fail) => {
  number += 1;
  waiting.set(number, (m) => (m.error ? fail(new Error(`${method}: ${m.error.message}`)) : done(m.result)));
  write.write(`${JSON.stringify({ id: number, method, params, sessionId: page })}\0`);
});
export const run = async (expression) => {
  const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
  return result.value;
};
export const until = async (expression) => {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await run(expression)) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`never true: ${expression}; the page says: ${await run("document.body.innerText.slice(0, 400)")}`);
};
export const hold = (what, ok) => { if (!ok) complaints.push(what); };
export const key = async (name, said) => {
  const code = { Enter: 13, Tab: 9, Escape: 27, '/': 191 }[name];
  await send('Input.dispatchKeyEvent', { type: 'keyDown', key: name, code: name, windowsVirtualKeyCode: code, text: said });
  await send('Input.dispatchKeyEvent', { type: 'keyUp', key: name, code: name, windowsVirtualKeyCode: code });
};
export const shot = async (name, width, height) => {
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await run('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const wide = await run('document.documentElement.scrollWidth');
  hold(`at ${width} px the page is ${wide} px wide`, wide <= width);
  const { data } = await send('Page.captureScreenshot', { format: 'png' });
  writeFileSync(join(out, name), Buffer.from(data, 'base64'));
};

// Opens the address at desktop size and checks; screenshots go to the folder.
export async function within(url, folder, check) {
  out = folder;
  const late = setTimeout(() => { console.error('the browser took too long'); browser.kill('SIGKILL'); process.exit(1); }, 60_000);
  try {
    const { targetInfos } = await send('Target.getTargets');
    const { targetId } = targetInfos.find((info) => info.type === 'page');
    page = (await send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
    await send('Emulation.setDeviceMetricsOverride', { width: 1280, height: 900, deviceScaleFactor: 1, mobile: false });
    await send('Page.navigate', { url });
    await until("document.readyState === 'complete'");
    await check();
  } catch (error) {
    complaints.push(String(error));
  }
  clearTimeout(late);
  if (complaints.length > 0) console.error(complaints.join('\n'));
  browser.kill();
  await new Promise((done) => { browser.once('exit', done); });
  // Its own processes may write there for a moment after it has ended, and rmSync's retries do not look for what is new.
  for (let tries = 1; ; tries += 1) {
    try {
      rmSync(profile, { recursive: true, force: true });
      break;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((done) => { setTimeout(done, 100); });
    }
  }
  process.exit(complaints.length > 0 ? 1 : 0);
}

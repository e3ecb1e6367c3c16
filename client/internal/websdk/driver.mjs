// Answers the test's orders, one JSON object a line, with Playwright. Anything it
// tells unasked (what a page noted, a frame on a socket) has no id.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { gunzipSync, inflateSync } from 'node:zlib';

const setup = JSON.parse(process.env.KICKBENCH_DRIVER);
const { chromium } = createRequire(setup.npm + '/')('playwright-core');
const tell = (o) => process.stdout.write(JSON.stringify(o) + '\n');
const pages = new Map();

const read = (payload) => {
  let bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
  if (bytes.subarray(0, 4).toString('latin1') === 'COMP') {
    bytes = bytes.subarray(4);
    bytes = bytes[0] === 0x1f ? gunzipSync(bytes) : inflateSync(bytes);
  }
  return JSON.parse(bytes.toString('utf8'));
};

const watchSockets = (id, page) => {
  let sockets = 0;
  page.on('websocket', (ws) => {
    const socket = ++sockets;
    const frame = (dir) => ({ payload }) => {
      const f = { dir, socket, binary: Buffer.isBuffer(payload), at: Date.now() };
      try {
        f.frame = read(payload);
      } catch (e) {
        f.unreadable = String(e);
      }
      tell({ page: id, frame: f });
    };
    tell({ page: id, socket: { socket, open: true, url: ws.url(), at: Date.now() } });
    ws.on('framesent', frame('up'));
    ws.on('framereceived', frame('down'));
    ws.on('close', () => tell({ page: id, socket: { socket, open: false, at: Date.now() } }));
  });
};

const orders = {
  async page(browser, { page: id, url, trace, create }) {
    const context = await browser.newContext();
    const page = await context.newPage();
    pages.set(id, { context, page });
    watchSockets(id, page);
    page.on('request', (r) => {
      const u = new URL(r.url());
      if (u.protocol !== 'blob:' && u.protocol !== 'data:' && u.hostname !== '127.0.0.1') {
        tell({ page: id, note: { kind: 'harness', name: 'foreign request', value: u.origin, at: Date.now() } });
      }
    });
    page.on('crash', () => tell({ page: id, note: { kind: 'harness', name: 'crash', at: Date.now() } }));
    page.on('pageerror', (e) => tell({
      page: id, note: { kind: 'harness', name: 'pageerror', value: String(e), at: Date.now() },
    }));
    await page.exposeBinding('kbNote', (_, line) => tell({ page: id, note: JSON.parse(line) }));
    await page.goto(url);
    await page.evaluate(([t, c]) => {
      if (t) kb.trace();
      if (c) kb.create(c);
    }, [trace, create]);
  },

  async eval(_, { page, source, arg }) {
    return pages.get(page).page.evaluate(([s, a]) => {
      const AsyncFunction = (async () => {}).constructor;
      return new AsyncFunction('arg', s)(a);
    }, [source, arg]);
  },

  async offline(_, { page, on }) {
    await pages.get(page).context.setOffline(on);
  },

  async close(_, { page: id }) {
    const { context, page } = pages.get(id);
    pages.delete(id);
    await page.close();
    await context.close();
  },
};

// The test ends by closing stdin, on purpose or by dying. It may do so while
// Chromium still boots, so the launch is awaited before anything else is.
const launching = chromium.launch({
  executablePath: setup.chromium, headless: true, args: setup.flags, handleSIGINT: false, handleSIGTERM: false,
});
const lines = createInterface({ input: process.stdin });
lines.on('close', async () => {
  await launching.then((b) => b.close()).catch(() => {});
  rmSync(setup.home, { recursive: true, force: true }); // nobody else does if the test was killed
  process.exit(0);
});
lines.on('line', async (line) => {
  const o = JSON.parse(line);
  try {
    tell({ id: o.id, value: await orders[o.op](await launching, o) ?? null });
  } catch (e) {
    tell({ id: o.id, error: String((e && e.message) || e) });
  }
});
launching.then(
  (b) => tell({ id: 0, value: b.version() }),
  (e) => tell({ id: 0, error: String(e.message) }),
);

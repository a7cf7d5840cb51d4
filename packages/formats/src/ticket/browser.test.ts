import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { digestOf } from '@winnow/arithmetic';
import { loadBackend, openPredictor } from '@winnow/engine';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picturesFor, servedTickets } from './testing/network-tickets.js';

const PICTURES = 40;
const executable = [process.env.WINNOW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
const tickets = servedTickets();
const predictWasm = fileURLToPath(new URL('../../../../kernels/build/predict.wasm', import.meta.url));

/** Loads a ticket from the server and says the logits of the same pictures. Runs in a page or in a worker. */
const program = `
import { loadKernels, loadTicket, usualLimits } from '/runtime.js';
export async function logitsOf(address, pictures, hasKernels) {
  const at = (path) => new URL(path, self.location.origin);
  const kernels = hasKernels ? await loadKernels(at('/predict.wasm')) : undefined;
  if (hasKernels && kernels === undefined) throw new Error('no kernels');
  const net = await loadTicket(at(address), usualLimits, kernels);
  const size = net.network.inputs;
  const logits = [];
  for (let at = 0; at < pictures.length; at += size) logits.push(...net.predict(Uint8Array.from(pictures.slice(at, at + size))).logits);
  return { digest: net.digest, logits };
}
`;
const worker = `
import { logitsOf } from '/program.js';
self.onmessage = async ({ data }) =>
  self.postMessage(await logitsOf(data.address, data.pictures, data.hasKernels).catch(({ message }) => ({ digest: message, logits: [] })));
`;

/** What a page or a worker says: numbers of f32, which f64 carries exactly. */
interface Said {
  readonly digest: string;
  readonly logits: readonly number[];
}

describe.skipIf(executable === undefined)('the runtime, bundled, in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    const runtime = await build({
      stdin: {
        contents: "export * from './index.ts'; export { loadKernels } from './kernels.ts';",
        resolveDir: fileURLToPath(new URL('../../../runtime/src', import.meta.url)),
        loader: 'ts',
      },
      ...{ bundle: true, minify: true, write: false, format: 'esm', platform: 'browser', conditions: ['source'] },
    });
    const files = new Map<string, readonly [string, string | Uint8Array]>([
      ['/', ['text/html', '<!doctype html><title>tickets</title>']],
      ['/runtime.js', ['text/javascript', runtime.outputFiles[0].contents]],
      ['/program.js', ['text/javascript', program]],
      ['/worker.js', ['text/javascript', worker]],
      ['/predict.wasm', ['application/wasm', await readFile(predictWasm)]],
      ...tickets.map(({ name, bytes }) => [`/${name}.ticket`, ['application/octet-stream', bytes]] as const),
    ]);
    server = createServer((request, response) => {
      const found = files.get(request.url ?? '');
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': found?.[0] ?? 'text/plain' });
      response.end(found?.[1]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      ...(executable !== undefined && { executablePath: executable }),
      args: ['--no-sandbox', '--disable-gpu'],
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  describe.each(tickets)('gives the bits of the engine for $name', (ticket) => {
    const { network, masks, parameters, header } = ticket;
    const pictures = picturesFor(network.inputs, PICTURES);

    async function expectedDigest(): Promise<string> {
      const backend = await loadBackend({});
      const predictor = openPredictor({
        ...{ backend, network, masks, parameters, scale: header.scale, batch: PICTURES },
        ...(header.channels && { channels: header.channels }),
      });
      const digest = digestOf([predictor.predict(pictures).slice()]);
      predictor.close();
      return digest;
    }

    it.each([
      ['page', false],
      ['worker', false],
      ['page', true],
    ])('in a %s, with WebAssembly: %s', async (place, hasKernels) => {
      const page = await browser.newPage();
      await page.goto(origin);
      const call = { address: `/${ticket.name}.ticket`, pictures: Array.from(pictures), hasKernels };
      const script =
        place === 'page'
          ? `import('/program.js').then(({ logitsOf }) => logitsOf(call.address, call.pictures, call.hasKernels))`
          : `new Promise((resolve, reject) => {
               const worker = new Worker('/worker.js', { type: 'module' });
               worker.onmessage = ({ data }) => resolve(data);
               worker.onerror = ({ message }) => reject(new Error(message));
               worker.postMessage(call);
             })`;
      const said = (await page.evaluate(
        `(() => { const call = ${JSON.stringify(call)}; return ${script}; })()`,
      )) as Said;
      expect(said.digest).toBe(header.digest);
      expect(said.logits.length).toBe(PICTURES * network.classes);
      expect(digestOf([Float32Array.from(said.logits)])).toBe(await expectedDigest());
      await page.close();
    });
  });

  it('says in a sentence that a ticket is missing', async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    const said = await page.evaluate(`import('/runtime.js').then(({ loadTicket }) =>
      loadTicket('/none.ticket').catch(({ message }) => message))`);
    expect(said).toBe('/none.ticket cannot be fetched: 404 Not Found.');
    await page.close();
  });
});

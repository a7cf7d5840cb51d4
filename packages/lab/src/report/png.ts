import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Draws SVG documents as PNG, two pixels for each of theirs. */
export type PngRenderer = (svg: string) => Uint8Array;

/** The letters come with the program, so that a picture has the same bytes on a machine without fonts. */
const fonts = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'];

/**
 * Loads the renderer. It is the WebAssembly build, since the native one ends the whole process where it meets a defect
 * of its own (thx/resvg-js issue 413); this one throws.
 */
export async function loadPngRenderer(): Promise<PngRenderer> {
  const { resolve } = createRequire(import.meta.url);
  await initialise(await readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const fontBuffers = await Promise.all(fonts.map((font) => readFile(resolve(`@expo-google-fonts/inter/${font}`))));
  return (svg) => {
    const image = new Resvg(svg, {
      font: { fontBuffers, defaultFontFamily: 'Inter' },
      fitTo: { mode: 'zoom', value: 2 },
    });
    const drawn = image.render();
    const png = drawn.asPng();
    drawn.free();
    image.free();
    return png;
  };
}

/** The package keeps its one instance to itself and refuses a second. */
async function initialise(module: Uint8Array): Promise<void> {
  try {
    await initWasm(module);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Already initialized'))) throw error;
  }
}

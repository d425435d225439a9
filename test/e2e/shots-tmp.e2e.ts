import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'vitest';
import { addTexts } from '../../electron/engine/images/metadata/png.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { temporaryFolder } from '../support/library.ts';
import { samplePicture } from '../support/portraits.ts';
import { launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';

it('shots', async () => {
  const browser = await launchBrowser();
  await using studio = await openTestStudio();
  const folder = await temporaryFolder();
  const files: Record<string, Uint8Array> = { 'letter.png': Buffer.from('Dear'), 'cut off.png': (await sharpCodec.encode(samplePicture(9, 64), 'png')).subarray(0, 60) };
  for (let n = 0; n < 6; n += 1) files[`p${n}.png`] = addTexts(await sharpCodec.encode(samplePicture(n * 40, 64), 'png'), n % 2 ? [] : [{ keyword: 'parameters', text: `a lighthouse at dusk, oil painting ${n}\nNegative prompt: fog, blurry\nSteps: 20, Seed: 7${n}, Size: 64x64` }]);
  const paths = Object.keys(files).map((name) => path.join(folder, name));
  for (const [i, bytes] of Object.values(files).entries()) await writeFile(paths[i]!, bytes);
  for (const theme of ['dark', 'light'] as const) {
    const page = await openWindow(browser, studio.url, { theme });
    const shot = (name: string) => page.screenshot({ path: `/tmp/bringin/${theme}-${name}.png` });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Library', exact: true }).click();
    await page.getByRole('button', { name: 'Bring in…' }).waitFor();
    await shot('1-library');
    await page.getByRole('button', { name: 'Bring in…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bring in pictures' });
    await dialog.waitFor();
    await shot('2-offer');
    await page.locator('input[data-bring-in]').setInputFiles(paths);
    await dialog.getByText('8 files ready').waitFor();
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await shot('3-running');
    await dialog.getByText('Everything was looked at.').waitFor();
    await shot('4-result');
    const select = dialog.getByRole('button', { name: 'Select them' });
    if (await select.isVisible()) await select.click();
    else await dialog.getByRole('button', { name: 'Close' }).first().click();
    await page.waitForTimeout(1000);
    await shot('5-selected');
    await page.getByRole('listbox', { name: 'Portraits' }).getByRole('option', { name: /lighthouse/ }).first().dblclick();
    await page.waitForTimeout(2000);
    await shot('6-easel');
  }
  await browser.close();
});

/** Model packs. */
import { portraits, size } from './count.ts';

export const modelsStrings = {
  models: {
    title: 'Models',
    text: 'A pack turns words into portraits. Bring one, or bring a CLIP and a StyleGAN, and let the studio learn the bridge between them.',
    packs: 'Packs',
    inUse: 'In use',
    use: 'Use this model',
    check: 'Check files',
    checking: 'Checking…',
    checked: 'Every file is as it should be, and it draws.',
    refused: 'Cannot be used',
    none: 'No pack was found. Bring one, or learn one from a CLIP and a generator.',
    size: (px: number) => `${px} × ${px} px`,
    license: 'Licence',
    folder: 'Folder',
    from: 'From',
    version: 'Version',
    portraitSize: 'Portrait size',
    samples: 'What it draws',
    credits: 'Made from the work of',
    bring: 'Bring a model…',
    bringFolder: 'Bring a folder…',
    bringHint:
      'Or drop it anywhere on this window: a pack (.zip), a StyleGAN (.pkl or .onnx), the folder of a CLIP (Hugging Face, ONNX), or an upscaler (.onnx).',
    dropHere: 'Drop a pack, a StyleGAN, a CLIP folder or an upscaler to bring it in',
    reading: (name: string) => `Reading ${name}…`,
    checkingNew: (name: string) => `Checking ${name}, and trying it…`,
    notRead:
      'What you chose could not be read. Nothing was changed. Choose it again, or another file.',
    tooManyFiles: (most: number) =>
      `There are more than ${most.toLocaleString('en')} files in that folder, so it was not read. Nothing was changed. Choose the folder of one model.`,
    hub: {
      title: 'From a model hub',
      text: 'A CLIP of Hugging Face with ONNX files. Its licence and size are shown before anything is downloaded.',
      name: 'Name',
      placeholder: 'owner/name',
      look: 'Look it up',
      stages: { looking: 'Asking the hub…', bringing: 'Downloading, then checking…' },
      size: (files: number, bytes: number) => `${files} files, ${size(bytes)}`,
      bring: 'Download',
      variant: 'Precision',
      variants: {
        fp32: 'Full (fp32)',
        fp16: 'Half (fp16), half the size',
        quantized: 'Whole numbers (quantized), a quarter of the size',
        int8: 'Whole numbers (int8), a quarter of the size',
        uint8: 'Whole numbers (uint8), a quarter of the size',
      } as Readonly<Record<string, string | undefined>>,
    },
    broughtPack: 'A pack. It can be drawn with at once.',
    brought: {
      clip: 'A CLIP.',
      generator: 'A generator.',
      upscaler: 'An upscaler. Exports can be enlarged with it.',
    },
    nonCommercial:
      'This licence allows no commercial use. It goes with every pack that is made with this model, and with what is exported.',
    parts: 'Parts',
    partsText:
      'CLIPs read words and pictures; generators draw. A bridge between two makes a pack. Upscalers enlarge what is exported.',
    noParts:
      'Nothing here yet. Bring a CLIP and a StyleGAN of your own, or an upscaler for larger exports.',
    kinds: { clip: 'CLIPs', generator: 'Generators', upscaler: 'Upscalers' },
    noneOf: {
      clip: 'No CLIP was brought yet.',
      generator: 'No StyleGAN was brought yet.',
      upscaler: 'No upscaler was brought yet.',
    },
    partFacts: {
      clip: (width: number, px: number) =>
        `${width.toLocaleString('en')} numbers wide · reads ${px} px`,
      generator: (width: number, px: number) =>
        `${width.toLocaleString('en')} numbers wide · draws ${px} px`,
    },
    upscalerFacts: (factor: number, file: string) => `${factor} × as large · ${file}`,
    classLabel: 'Class',
    classHint: (count: number) => `0 to ${count - 1}`,
    remove: 'Remove…',
    removeNow: 'Remove',
    removeTitle: (title: string) => `Remove ${title}?`,
    removePackText:
      'Its files are deleted from this computer. Portraits that it drew stay in the library.',
    removePartText:
      'Its files are deleted from this computer. Packs that were learnt from it, portraits and exports stay.',
    removed: (title: string) => `${title} was removed.`,
    measured: 'Measured',
    figures: {
      pairs: 'Pictures learnt from',
      step: 'Steps learnt',
      heldOut: 'Loss on pictures it has not seen, in nats',
      meanCosine: 'Likeness of what it draws to what was asked for (CLIP, 1 is the same)',
      roundTrip: 'Largest error of a portrait there and back',
      inversionError: 'Error of inversion',
    },
    remedies: {
      title: 'From words to pictures: how the ways compare',
      at: (name: string, variety: number) => `${name}, variety ${variety}`,
      heeded: 'Words heeded',
      likeness: 'Likeness of portraits of one prompt',
      coverage: 'Of what the generator draws, how much is reached',
      made: (prompts: number, siblings: number) =>
        `${prompts} prompts, ${siblings} portraits each.`,
      judged: {
        clip: (id: string) =>
          `Judged by another CLIP (${id}): whether a portrait is nearest to its own prompt.`,
        attributes: (id: string) =>
          `Judged by the attribute classifier of ${id}: what was asked for, and is shown.`,
      },
      noJudge: 'Nobody judged: the CLIP that chooses cannot tell how well the words are heeded.',
    },
    kept: {
      title: 'Kept by the library',
      text: 'What portraits need to be drawn again and edited, whatever becomes of the pack. Files that several of these share take their room once.',
      needed: (n: number) => `${portraits(n)} by it`,
      size,
      installed: 'Installed too',
      only: 'Only here',
    },
    added: (title: string) => `${title} was added.`,
    replaceTitle: 'Replace this model?',
    replaceText:
      'A model of the same id is there already. Portraits that it drew stay; the new one draws from now on.',
    isThere: 'There now',
    isOffered: 'In its place',
    name: 'Name',
    replace: 'Replace',
    devices: 'What it can draw on',
    deviceStatus: {
      used: 'In use',
      available: 'Available',
      untried: 'Not tried yet',
      unavailable: 'Not available',
    },
    library: 'Library',
    privacy: 'Who can read it',
    privacyText: {
      private: 'Nobody but you',
      open: 'Other users of this computer: its disk, or a link in it, does not keep them out',
      unknown: 'Whoever Windows lets into its folder',
    },
    libraryText: (n: number, trashed: number) =>
      `${portraits(n)}${trashed > 0 ? `, ${trashed.toLocaleString('en')} in the trash` : ''}`,
  },
};

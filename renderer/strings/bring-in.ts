/** Pictures that are brought into the library. */
import { count } from '../../electron/contract/count.ts';
import type { DrawingProgram } from '../../electron/contract/generation.ts';
import { pictures } from './count.ts';

const files = (n: number) => count(n, 'file');

export const bringInStrings = {
  bringIn: {
    title: 'Bring in pictures',
    open: 'Bring in…',
    running: (share: number) => `Bringing in… ${Math.floor(share * 100)} %`,
    text: 'Your own come back with their settings, lineage and edits. Pictures of other programs come with the words they were made from. Nothing is changed where they lie.',
    choose: 'Choose pictures or a ZIP…',
    chooseFolder: 'Choose a folder…',
    drop: 'Or drop pictures, folders or a ZIP here.',
    dropHere: 'Drop pictures, a folder or a ZIP to bring them in',
    nothing: 'There are no pictures in what you dropped.',
    busy: 'Pictures are still being brought in. Offer these again when that is done.',
    offered: (n: number) => `${files(n)} ready`,
    others: 'Choose others',
    board: 'Board to lay them on',
    boardHint: 'Left empty, they lie on none. A new name makes a new board.',
    start: 'Bring in',
    goOn: 'Go on',
    stop: 'Stop',
    soFar: (n: number) => `${pictures(n)} looked at`,
    inBackground: 'You can close this; it goes on.',
    done: 'Everything was looked at.',
    stopped: 'Stopped. What came is kept, and is known when you go on.',
    failed: 'It broke off. What came is kept, and is known when you go on.',
    counts: {
      restored: 'came back with their settings',
      prompted: 'came with their words',
      plain: 'came without words',
      here: 'were here already',
    },
    passedOver: (n: number) => `${files(n)} that ${n === 1 ? 'is' : 'are'} no picture`,
    unreadable: (n: number) => `${files(n)} could not be read`,
    show: 'Select them',
    close: 'Close',
    toast: (n: number) => `${pictures(n)} brought in.`,
    notRead:
      'A file could not be read. It may have been moved or removed meanwhile. Choose it again.',
    note: 'Brought in, not drawn here: there are no numbers to edit. Carry it over, and the model in use draws what comes nearest to it; that can be edited.',
    carryOver: 'Carry over',
    program: 'Made with',
    programs: {
      automatic1111: 'Stable Diffusion web UI',
      invokeai: 'InvokeAI',
      comfyui: 'ComfyUI',
    } satisfies Record<DrawingProgram, string>,
    negativePrompt: 'Without',
    file: 'File',
  },
};

import { StudioError } from '../contract/errors.ts';
import type { StudioService } from '../contract/service.ts';

/** How many files one page may have under way. */
const MAX_OPEN = 4;

type UploadMethods = Pick<
  StudioService,
  | ('openUpload' | 'appendUpload' | 'dropUpload')
  | ('importPack' | 'importModel' | 'bringIn' | 'mergeLibrary' | 'exportFilm')
>;

/** The uploads of one page: no other can touch them, and none of them outlives its connection. */
export class PageUploads {
  readonly #service: StudioService;
  readonly #open = new Set<string>();
  #opening = 0;
  #ended = false;

  constructor(service: StudioService) {
    this.#service = service;
  }

  readonly methods: UploadMethods = {
    openUpload: async (input, options) => {
      if (this.#open.size + this.#opening >= MAX_OPEN) throw tooMany();
      this.#opening += 1;
      try {
        const upload = await this.#service.openUpload(input, options);
        this.#open.add(upload.id);
        // The page went while this was made.
        if (this.#ended) this.end();
        return upload;
      } finally {
        this.#opening -= 1;
      }
    },
    appendUpload: async (input, options) => {
      this.#check(input.id);
      return this.#service.appendUpload(input, options);
    },
    dropUpload: async (input, options) => {
      if (!this.#open.delete(input.id)) return {};
      return this.#service.dropUpload(input, options);
    },
    importPack: async (input, options) =>
      this.#use(input.id, () => this.#service.importPack(input, options)),
    importModel: async (input, options) =>
      this.#use(input.id, () => this.#service.importModel(input, options)),
    bringIn: async (input, options) =>
      this.#use(input.id, () => this.#service.bringIn(input, options)),
    mergeLibrary: async (input, options) => {
      const { source } = input;
      const merge = () => this.#service.mergeLibrary(input, options);
      return source.kind === 'upload' ? this.#use(source.id, merge) : merge();
    },
    exportFilm: async (input, options) =>
      this.#use(input.upload, () => this.#service.exportFilm(input, options)),
  };

  /** Drops what waits. */
  end(): void {
    this.#ended = true;
    for (const id of this.#open) {
      // The engine may be gone as well, and what it kept of uploads with it.
      this.#service.dropUpload({ id }).catch(() => undefined);
    }
    this.#open.clear();
  }

  async #use<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.#check(id);
    try {
      return await work();
    } finally {
      this.#open.delete(id);
    }
  }

  #check(id: string): void {
    if (this.#open.has(id)) return;
    throw new StudioError(
      'not-found',
      'That upload has ended. Nothing was changed; send it again.',
    );
  }
}

function tooMany(): StudioError {
  return new StudioError(
    'too-many-requests',
    `There are ${MAX_OPEN} files on their way already. Nothing was taken in; wait until one has come.`,
  );
}

import { type Film, FILM_FORMATS, keysOf } from '../../electron/contract/formats.ts';
import { filmCodecs, type FilmCodec } from '../timeline/film.ts';

/** The films that this browser can make at a size. Lives as long as the component that asks. */
export class OfferedFilms {
  #codecs = $state.raw<Record<Film, FilmCodec | null> | null>(null);

  /** @param side of the frames, in pixels */
  constructor(side: () => number) {
    $effect(() => {
      let isAsked = true;
      void filmCodecs(side()).then((found) => {
        if (isAsked) this.#codecs = found;
      });
      return () => (isAsked = false);
    });
  }

  /** Whether it is known what can be made. */
  get areKnown(): boolean {
    return this.#codecs !== null;
  }

  /** The most welcome first. */
  get films(): readonly Film[] {
    return keysOf(FILM_FORMATS).filter((film) => this.#codecs?.[film]);
  }

  /** What cannot be made, and with what it would be, in words; empty where all can. */
  get lacking(): string {
    return keysOf(FILM_FORMATS)
      .filter((film) => this.#codecs && !this.#codecs[film])
      .map((film) => `${FILM_FORMATS[film].title} (${FILM_FORMATS[film].encoders})`)
      .join(', ');
  }
}

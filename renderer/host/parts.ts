import type { Delivery, Destination } from '../../electron/contract/delivery.ts';
import type { MenuCommand, OpenedPicture } from '../../electron/contract/desktop.ts';
import type { Port } from '../../electron/rpc/client.ts';

/** What was handed over, and how it is reached. */
export interface Handed {
  /** Of the file, or of the first of several. */
  readonly name: string;
  /** How many files there are; 0 where nothing came of it. */
  readonly count: number;
  /** Where they are. */
  readonly where: 'folder' | 'downloads';
  /** Shows the file in its folder, or hands it over once more. */
  reach(): Promise<void>;
}

/** What a host adds to the studio's service: the parts that differ between a window and a browser. */
export interface HostParts {
  /** Opens a connection to the service; again after each that was lost. */
  open(): Promise<Port>;
  /** Asks the artist where an export should go; null when they think better of it. */
  chooseDestination(): Promise<Destination | null>;
  /** Asks the artist for a folder of this machine, where that is possible; null when they think better of it. */
  chooseFolder?(): Promise<string | null>;
  /** Hands over what an export became: a browser downloads it, on a desktop it lies in its folder. */
  deliver(delivery: Delivery): Handed;
  /** Asks the artist for one picture; null when they think better of it. */
  openPicture(): Promise<OpenedPicture | null>;
  /** Shows the picture of the window in a page of its own; false where the browser opens none. */
  openOutput(): Promise<boolean>;
  /** Takes a drag of a portrait over to the system, where that is possible. */
  dragPortrait?(event: DragEvent, id: string): void;
  /** Shows where a portrait's file lies in the system's file manager, where that is possible. */
  showPortrait?(id: string): Promise<void>;
  /** Shows in the task bar how far work is, from 0 to 1, where there is one; null where there is no work. */
  showProgress?(share: number | null): void;
  /** Has the system tell something, where it may. */
  notify(text: string): void;
  /** Asks the artist to let the system tell of things. False where they do not. */
  allowNotices(): Promise<boolean>;
  /** What is opened from outside of the page, where that is possible. */
  onOpened?(listener: (picture: OpenedPicture) => void): void;
  /** What a native menu asks for, where there is one. */
  onMenuCommand?(listener: (command: MenuCommand) => void): void;
}

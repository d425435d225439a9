/** One end of a connection, whatever carries it: IPC, a WebSocket, a message channel. */
export interface Port {
  /** Sends a message of plain data, in which `Uint8Array`s may stand. After the end it is dropped. */
  post(message: unknown): void;
  /** Every listener hears every message. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the connection has ended, whichever side ended it. */
  onClose(listener: () => void): void;
  close(): void;
}

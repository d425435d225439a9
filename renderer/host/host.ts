import type { StudioService } from '../../electron/contract/service.ts';
import { createDesktopHost } from './desktop.ts';
import type { HostParts } from './parts.ts';
import { createReconnectingService } from './reconnecting.ts';
import { createWebHost } from './web.ts';

/** Whatever the window runs in. */
export interface Host extends Omit<HostParts, 'open'> {
  readonly service: StudioService;
}

export function createHost(): Host {
  const parts = window.desktop ? createDesktopHost(window.desktop) : createWebHost();
  return { ...parts, service: createReconnectingService(parts.open) };
}

import '@fontsource-variable/inter';
import './tokens.css';
import './base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createHost } from './host/host.ts';
import { Studio } from './state/studio.svelte.ts';

mount(App, { target: document.body, props: { studio: new Studio(createHost()) } });

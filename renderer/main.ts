import '@fontsource-variable/inter';
import './tokens.css';
import './base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createHost } from './host/host.ts';
import { OUTPUT_QUERY } from './live/output-messages.ts';
import OutputPage from './live/OutputPage.svelte';
import { Studio } from './state/studio.svelte.ts';

// The first words are painted in the letters that stay: others would be as wide as none of them.
await document.fonts.load("1em 'Inter Variable'").catch(() => []);

const target = document.body;
if (location.search === OUTPUT_QUERY) mount(OutputPage, { target });
else mount(App, { target, props: { studio: new Studio(createHost()) } });

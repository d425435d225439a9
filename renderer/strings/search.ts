/** Looking for portraits: the field, filters, order and groups. */
import type { GroupKey, SortKey } from '../../electron/contract/library.ts';
import type { FilterName } from '../../electron/contract/query.ts';
import { portraits } from './count.ts';

const filters: Record<FilterName, string> = {
  tag: 'a tag it bears',
  board: 'a board it lies on',
  rating: '1 to 5 stars',
  label: 'a colour',
  is: 'starred, or in the trash',
  has: 'a note, a parent, words …',
  kind: 'how it was made',
  prompt: 'words of its prompt',
  words: 'its very words',
  seed: 'its seed',
  after: 'made on a day or later',
  before: 'made before a day',
  day: 'made on a day',
  pack: 'the pack that drew it',
  likelihood: 'how usual it is',
  score: 'how well it fits its words',
  size: 'longer side in pixels',
  family: 'kin of a portrait, by its id or its first 8 letters',
};

/** A filter before its value, as a chip says it. */
const chipNames: Record<FilterName, string> = {
  tag: 'Tag',
  board: 'Board',
  rating: 'Rating',
  label: 'Label',
  is: '',
  has: 'Has',
  kind: 'Made by',
  prompt: 'Prompt',
  words: 'Words',
  seed: 'Seed',
  after: 'From',
  before: 'Before',
  day: 'Day',
  pack: 'Pack',
  likelihood: 'How usual',
  score: 'Fit to its words',
  size: 'Size',
  family: 'Family',
};

const groupings: Record<GroupKey | 'none' | 'alike', string> = {
  none: 'No groups',
  day: 'By day',
  prompt: 'By prompt',
  family: 'By family',
  alike: 'Near-duplicates stacked',
};

const sorts: Record<SortKey, string> = {
  date: 'Date',
  rating: 'Rating',
  name: 'Name',
  likelihood: 'How usual',
  'clip-score': 'Fit to its words',
  board: 'Board order',
};

export const searchStrings = {
  search: {
    field: 'Search the library',
    placeholder: 'Search by meaning, “exact words”, tag:…',
    placeholderMore: 'Add words or filters…',
    clear: 'Clear search',
    completions: 'Ways to go on',
    withPicture: 'Search with a picture',
    dropPicture: 'Drop to find what is like it',
    likePortrait: 'Like this portrait',
    likePicture: 'Like this picture',
    filters,
    chipNames,
    filterChips: 'Filters',
    not: (words: string) => `not ${words}`,
    turnOff: (words: string) => `${words}: on. Leave this filter out`,
    turnOn: (words: string) => `${words}: off. Use this filter again`,
    remove: (words: string) => `Remove ${words}`,
    starred: 'Starred',
    trashed: 'In the trash',
    count: portraits,
    found: (n: number) => `${portraits(n)}, closest first`,
    sort: 'Sort by',
    sorts,
    best: 'Closest first',
    reverse: 'The other way round',
    group: 'Group',
    groupings,
    allGroups: (by: GroupKey) =>
      ({ day: 'All days', prompt: 'All prompts', family: 'All families' })[by],
    withoutWords: 'Without words',
    manyGroups: (n: number) => `The newest ${n.toLocaleString('en')} groups are shown.`,
    stacksOf: (n: number, all: number) =>
      n < all ? `Compared the first ${portraits(n)} of ${all.toLocaleString('en')}.` : '',
    stack: (n: number) => `${n} near-duplicates`,
    openStack: (n: number) => `Show all ${n} of this stack`,
    closeStack: 'Close this stack',
    noStacks: 'No near-duplicates among these.',
    comparing: 'Comparing…',
  },

  panel: {
    title: 'Browse the library',
    show: 'Show boards and tags',
    hide: 'Hide boards and tags',
    rating: 'Rating',
    label: 'Label',
    moreTags: (n: number) => `${n} more…`,
    fewerTags: 'Fewer',
    noTags: (key: string) =>
      `Tags you give appear here.${key === '' ? '' : ` Press ${key} on a portrait.`}`,
    noBoards: 'Drop portraits on + to make a board.',
    rateOrBetter: (stars: number) => `Rated ${stars} or better`,
    orBetter: (n: number | undefined) =>
      `or better${n === undefined ? '' : ` (${n.toLocaleString('en')})`}`,
  },

  selection: {
    bar: 'The selection',
    count: (n: number) => `${n.toLocaleString('en')} selected`,
    all: (n: number) => `Select all ${n.toLocaleString('en')}`,
    clear: 'Select nothing',
    trash: (n: number) => (n === 1 ? 'Move to trash' : `Move ${n.toLocaleString('en')} to trash`),
    putBack: (n: number) => (n === 1 ? 'Put back' : `Put ${n.toLocaleString('en')} back`),
    purge: (n: number) =>
      n === 1 ? 'Delete for good…' : `Delete ${n.toLocaleString('en')} for good…`,
  },

  trash: {
    never: 'Portraits stay here until you delete them.',
    days: (days: number) => `Portraits are deleted for good after ${days} days here.`,
    emptied: 'Emptied',
    choices: { never: 'By hand', after: (days: number) => `After ${days} days` },
    empty: (n: number) => `Empty trash (${n.toLocaleString('en')})…`,
  },
};

/**
 * Words of English that hold a sentence together and say nothing of a picture: articles, pronouns, prepositions,
 * conjunctions and auxiliaries of at least three letters. Prompts are English, as what CLIP learnt from; words of other
 * languages stand or fall by how frequent they are.
 */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set([
  ...['the', 'this', 'that', 'these', 'those', 'each', 'every', 'any', 'some', 'all', 'both'],
  ...['she', 'him', 'her', 'his', 'hers', 'they', 'them', 'their', 'its', 'you', 'your', 'our'],
  ...['who', 'whose', 'whom', 'which', 'what', 'where', 'when', 'while', 'how', 'why'],
  ...['with', 'without', 'from', 'into', 'onto', 'over', 'under', 'above', 'below', 'behind'],
  ...['between', 'beside', 'near', 'through', 'for', 'off', 'out', 'about', 'around', 'after'],
  ...['before', 'during', 'until', 'against', 'along', 'upon', 'within', 'towards', 'like', 'than'],
  ...['and', 'but', 'nor', 'not', 'yet', 'because', 'though', 'also', 'only', 'very', 'too'],
  ...['are', 'was', 'were', 'been', 'being', 'has', 'have', 'had', 'having', 'does', 'did', 'can'],
  ...['could', 'will', 'would', 'should', 'may', 'might', 'must', 'there', 'here', 'then', 'such'],
]);

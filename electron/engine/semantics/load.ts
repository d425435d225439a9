import type { Inference } from '../inference/inference.ts';
import type { Models } from '../models/models.ts';
import { AttributeEditor } from './attribute-editor.ts';
import { AttributeSemantics } from './attributes.ts';
import { LinearSemantics } from './linear.ts';
import type { Semantics } from './semantics.ts';

/** With attributes where the pack brings a model of them, along straight lines otherwise. */
export async function loadSemantics(models: Models, inference: Inference): Promise<Semantics> {
  const linear = new LinearSemantics(models);
  const editor = await AttributeEditor.load(models.pack, inference);
  return editor ? new AttributeSemantics(editor, linear, models) : linear;
}

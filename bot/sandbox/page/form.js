/** What a person has put into the fields of one view: kept while the app redraws it, forgotten with the view. */
export class Form {
  /** `values`: what the workspace already holds, `{block_id: {action_id: state}}`. */
  constructor(values = {}) {
    this.states = new Map(); // "block\naction" → state as Slack sends it
    for (const [block, actions] of Object.entries(values)) {
      for (const [action, state] of Object.entries(actions)) this.set(block, action, state);
    }
  }

  get(block, action) {
    return this.states.get(`${block}\n${action}`);
  }

  set(block, action, state) {
    this.states.set(`${block}\n${action}`, state);
  }

  /** `{block_id: {action_id: state}}` of the fields that the view has now. */
  values(blocks) {
    const values = {};
    for (const [key, state] of this.states) {
      const [block, action] = key.split("\n");
      if (blocks.some((candidate) => candidate.block_id === block && holds(candidate, action))) (values[block] ??= {})[action] = state;
    }
    return values;
  }
}

function holds(block, action) {
  return elementsOf(block).some((element) => element.action_id === action);
}

export function elementsOf(block) {
  return [block.element, block.accessory, ...(block.elements ?? [])].filter((element) => element?.action_id);
}

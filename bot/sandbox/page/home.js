/** The app's Home tab. */
import { blocks } from "./blocks.js";
import { draw, h } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { namesSignature, state } from "./store.js";
import { zone } from "./time.js";
import { language, t } from "./words.js";
import { surface } from "./workspace.js";

let form = new Form();
let formOf = null;

export const homeView = () => {
  const home = state.boot?.home;
  return home?.view ?? (home?.blocks ? home : null);
};

export function drawHome(region) {
  const view = homeView();
  draw(region, [view?.blocks, view?.id, state.as, language(), zone(), namesSignature()], () => (view ? page(view) : empty()));
}

function page(view) {
  if (formOf !== `${state.as} ${view.id}`) {
    form = new Form(view.state?.values);
    formOf = `${state.as} ${view.id}`;
  }
  const place = surface("home", { type: "home", view_id: view.id }, form, () => view.blocks);
  return h("div", { class: "home-page", "data-testid": "home" }, blocks(view.blocks, place));
}

const empty = () => h("div", { class: "empty" }, icon("home", 40), h("h2", {}, t("home.empty")), h("p", {}, t("home.empty.why")));

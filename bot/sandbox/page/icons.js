/** Line icons, drawn here so that the page fetches nothing. They are decoration: the label is on the button. */

const SHAPES = {
  hash: "M9.5 4 8 20M16 4l-1.5 16M4.5 9h16M3.5 15h16",
  lock: "M6.5 11h11v9h-11zM9 11V8a3 3 0 0 1 6 0v3",
  home: "M4 11.5 12 4.500l8 7M6.5 10v9.500h4v-5.500h3v5.500h4V10",
  mail: "M3.5 6.500h17v11.500h-17zM4 7l8 6.500L20 7",
  phone: "M8 2.800h8a1.2 1.2 0 0 1 1.2 1.200v16a1.2 1.2 0 0 1-1.2 1.200H8A1.2 1.2 0 0 1 6.8 20V4A1.2 1.2 0 0 1 8 2.800zM10.8 18.300h2.4",
  call: "M6.5 3.8 9.3 3.300l1.7 4.2-2 1.700c1.2 2.5 2.9 4.2 5.4 5.400l1.7-2 4.2 1.7-.5 2.800c-.3 1.5-1.5 2.3-2.9 2.200C10.2 18.9 4.9 13.6 4.3 6.700c-.1-1.4.7-2.6 2.2-2.900z",
  bolt: "M13 3 5 13.500h6L10.5 21 19 10h-6z",
  search: "M11 4.500a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.8 15.8 20.5 20.5",
  pin: "M9 4h6l-.7 6 3.2 3.500h-11L9.7 10zM12 13.500V20.5",
  people: "M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3.5 19c.3-3.3 2.5-5 5.5-5s5.2 1.7 5.5 5M15.5 5.300a3 3 0 0 1 0 5.500M17 14.300c2 .5 3.3 2.1 3.5 4.7",
  thread: "M4 5h16v11h-9l-4.5 4v-4H4z",
  smile: "M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.5 14c1.7 2.6 5.3 2.6 7 0M9 9.200v1M15 9.200v1",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  send: "M4 4.5 20.5 12 4 19.5 6.5 12zM6.5 12H13",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5.5 8 12l6.5 6.5",
  down: "M6 9.500l6 6 6-6",
  up: "M6 14.500l6-6 6 6",
  menu: "M4 7h16M4 12h16M4 17h16",
  check: "M5 12.500l4.5 4.500L19 7.5",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.500v2.500M12 19v2.500M2.5 12H5M19 12h2.500M5.3 5.3 7 7M17 17l1.7 1.700M5.3 18.7 7 17M17 7l1.7-1.7",
  moon: "M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z",
  help: "M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.5 9.600c.2-3.3 5.2-3 5 .2-.1 1.9-2.4 2-2.5 4.200M12 16.800v.01",
  clock: "M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.500V12l3 2.5",
  file: "M6.5 3.500h7l4 4v13h-11zM13.5 3.500v4h4",
  eye: "M2.8 12C5 8 8.2 6 12 6s7 2 9.2 6c-2.2 4-5.4 6-9.2 6s-7-2-9.2-6zM12 9.300a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.400z",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  globe: "M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM3.5 12h17M12 3.500c-5.5 5-5.5 12 0 17 5.5-5 5.5-12 0-17z",
  hang: "M3 14.500c0-1 .3-2 1.2-2.700C9 8 15 8 19.8 11.800c.9.7 1.2 1.7 1.2 2.700l-.2 1.8-4.6-.6-.5-2.900c-2.5-.8-4.9-.8-7.4 0l-.5 2.9-4.6.6z",
  warn: "M12 4 2.8 20h18.400zM12 10v5M12 17.500v.01",
  info: "M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 11v5.500M12 7.700v.01",
  app: "M4 14.500a8 8 0 0 1 16 0M7.5 15a4.5 4.5 0 0 1 9 0M12 15.500V20",
};

const SPACE = "http://www.w3.org/2000/svg";

export function icon(name, size = 18) {
  const svg = document.createElementNS(SPACE, "svg");
  const path = document.createElementNS(SPACE, "path");
  const settings = {
    viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor",
    "stroke-width": name === "more" ? 2.8 : 1.7, "stroke-linecap": "round", "stroke-linejoin": "round",
    "aria-hidden": "true", focusable: "false", class: "icon",
  };
  for (const [key, value] of Object.entries(settings)) svg.setAttribute(key, value);
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

// Saves a drawing as a file of its own: colours and type are written into it, with the title and the legend.
import { colorOf, type Series } from "./chartData";

const NAMESPACE = "http://www.w3.org/2000/svg";
const COPIED = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "font-size"];
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const HEAD = 44;

export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** The drawing as a file that looks the same without our style sheets. */
export function toSvgFile(drawn: SVGSVGElement, title: string, series: Series[]): string {
  const width = drawn.clientWidth || Number(drawn.getAttribute("width"));
  const height = drawn.clientHeight || Number(drawn.getAttribute("height"));
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const originals = drawn.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, index) => {
    const style = originals[index] && getComputedStyle(originals[index]);
    if (style) for (const name of COPIED) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("class");
    element.removeAttribute("style");
  });
  const { color } = getComputedStyle(drawn);
  const background = getComputedStyle(document.body).backgroundColor;
  copy.removeAttribute("style");
  copy.setAttribute("xmlns", NAMESPACE);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height + HEAD));
  copy.setAttribute("viewBox", `0 ${-HEAD} ${width} ${height + HEAD}`);
  copy.setAttribute("font-family", FONT);
  copy.prepend(
    make("rect", { x: 0, y: -HEAD, width, height: height + HEAD, fill: background }),
    make("text", { x: 8, y: -HEAD + 18, fill: color, "font-size": 14, "font-weight": 600 }, title),
    ...legend(drawn, series, color),
  );
  return new XMLSerializer().serializeToString(copy);
}

function legend(drawn: SVGSVGElement, series: Series[], color: string): SVGElement[] {
  if (series.length < 2) return [];
  let x = 8;
  return series.flatMap(({ name, dashed }, place) => {
    const start = x;
    x += 46 + name.length * 7;
    const stroke = resolve(drawn, colorOf(place));
    const dash = { "stroke-dasharray": dashed ? "5 4" : "none" };
    return [
      make("line", { x1: start, x2: start + 22, y1: -12, y2: -12, stroke, "stroke-width": 3, ...dash }),
      make("text", { x: start + 28, y: -8, fill: color, "font-size": 12 }, name),
    ];
  });
}

function resolve(drawn: SVGSVGElement, variable: string): string {
  return getComputedStyle(drawn).getPropertyValue(variable.slice(4, -1)).trim();
}

function make(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

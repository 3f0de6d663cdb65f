// A chart says the same in the drawing, in the table and in the file.
import { MantineProvider } from "@mantine/core";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { Chart } from "@/ui/Chart";
import { type ChartProps, toCsv, toRows } from "@/ui/chartData";
import { percent } from "@/ui/numbers";

const chart: ChartProps = {
  title: "Win-rate",
  x: { label: "labels" },
  y: { label: "share", format: (value) => percent(value, 0) },
  kind: "line",
  file: "win-rate",
  series: [
    {
      name: "Model",
      points: [
        { x: 64, y: 0.6, low: 0.5, high: 0.7 },
        { x: 0, y: 0.5 },
      ],
    },
    { name: 'Even, "fair"', points: [{ x: 0, y: 0.5 }], dashed: true },
  ],
};

it("brings the series together by x, in order", () => {
  expect(toRows(chart).map(({ x, points }) => [x, points.map((point) => point?.y)])).toEqual([
    [0, [0.5, 0.5]],
    [64, [0.6]],
  ]);
});

it("keeps every point of a series that says two things at one x, in the table and in the file", () => {
  const twice = { ...chart, series: [{ name: "Model", points: [0.5, 0.6].map((y) => ({ x: 64, y })) }] };
  expect(toRows(twice).map(({ x, points }) => [x, points[0]?.y])).toEqual([
    [64, 0.5],
    [64, 0.6],
  ]);
  expect(toCsv(twice)).toBe("labels,Model\r\n64,0.5\r\n64,0.6\r\n");
});

it("writes every number in full into the file", () => {
  expect(toCsv(chart)).toBe('labels,Model,Model low,Model high,"Even, ""fair"""\r\n0,0.5,,,0.5\r\n64,0.6,0.5,0.7,\r\n');
});

it("shows the same numbers as a table, and saves them", async () => {
  const saved: string[] = [];
  const url = vi.fn((blob: Blob) => {
    const reader = new FileReader();
    reader.onload = () => saved.push(reader.result as string);
    reader.readAsText(blob);
    return "blob:x";
  });
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: url, revokeObjectURL: () => undefined }));
  const user = userEvent.setup();
  render(<Chart {...chart} />, { wrapper: MantineProvider });
  const figure = screen.getByRole("figure", { name: "Win-rate by labels" });
  expect(within(figure).getAllByRole("listitem")).toHaveLength(2);
  await user.click(screen.getByRole("button", { name: "Table of Win-rate" }));
  const rows = within(figure).getAllByRole("row");
  expect(rows.map((row) => row.textContent)).toEqual([
    'labelsModel, shareEven, "fair", share',
    "050 %50 %",
    "6460 % (50 % to 70 %)–",
  ]);
  await user.click(screen.getByRole("button", { name: "CSV of Win-rate" }));
  await expect.poll(() => saved).toEqual([toCsv(chart)]);
});

it("draws the interval of a single point as a bar, where no band could lie", async () => {
  // Nothing has a size in jsdom, and nothing is drawn there then.
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockReturnValue({ width: 320, height: 240 } as DOMRect);
  const [model] = chart.series;
  const alone = { ...chart, series: [{ name: "Model", points: (model?.points ?? []).slice(0, 1) }] };
  const { container, rerender } = render(<Chart {...alone} />, { wrapper: MantineProvider });
  await waitFor(() => expect(container.querySelectorAll(".recharts-errorBar line")).toHaveLength(3));
  expect(container.querySelector(".recharts-area")).toBeNull();
  rerender(<Chart {...chart} />);
  await waitFor(() => expect(container.querySelector(".recharts-area")).not.toBeNull());
  expect(container.querySelector(".recharts-errorBar")).toBeNull();
});

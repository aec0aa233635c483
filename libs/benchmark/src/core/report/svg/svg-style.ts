/** Light, and dark where the reader's system is; the colours keep apart for the colour-blind, and each has its word. */
export const STYLE = `
text { font-family: system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif; font-size: 13px; fill: #1f2328; }
.title { font-size: 18px; font-weight: 600; }
.value { font-weight: 600; }
.small, .muted, .reason { font-size: 11.5px; }
.muted, .reason { fill: #656d76; }
.name, .reason { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round; }
.card { fill: #ffffff; stroke: #d1d9e0; }
.grid { stroke: #e6eaef; }
.track { stroke: #e6eaef; stroke-width: 2; stroke-linecap: round; }
.noise { fill: #656d76; fill-opacity: 0.12; }
.guide { stroke: #656d76; stroke-dasharray: 3 3; }
.range { stroke-width: 2; stroke-linecap: round; }
.fork { fill-opacity: 0.4; }
.median { stroke-width: 3; stroke-linecap: round; }
.gap { fill-opacity: 0.16; }
.baseline { fill: #0969da; stroke: #0969da; }
.same { fill: #6e7781; stroke: #6e7781; }
.faster { fill: #1a7f37; stroke: #1a7f37; }
.slower { fill: #cf222e; stroke: #cf222e; }
.gap, .fork, .small { stroke: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .muted, .reason { fill: #9198a1; }
  .card { fill: #0d1117; stroke: #3d444d; }
  .grid, .track { stroke: #262c36; }
  .noise { fill: #9198a1; fill-opacity: 0.16; }
  .guide { stroke: #9198a1; }
  .baseline { fill: #4493f8; stroke: #4493f8; }
  .same { fill: #9198a1; stroke: #9198a1; }
  .faster { fill: #3fb950; stroke: #3fb950; }
  .slower { fill: #f85149; stroke: #f85149; }
  .gap, .fork, .small { stroke: none; }
  .name, .reason { stroke: #0d1117; }
}`;

// The schematic map: our own outlines, roads and rail; stops as numbered pins. Leaflet comes from our own /assets.
let leaflet = null
const maps = new WeakMap()
const outlines = new Map()

const asset = (data, name) => new URL(data.assets + name, document.baseURI).href

async function outline(url) {
  if (!outlines.has(url)) {
    outlines.set(url, fetch(url).then((r) => (r.ok ? r.json() : null)).catch(() => null))
  }
  return outlines.get(url)
}

function styled(root, href) {
  if (root.querySelector("link[data-leaflet]")) return Promise.resolve()
  return new Promise((done) => {
    const node = document.createElement("link")
    node.rel = "stylesheet"
    node.href = href
    node.dataset.leaflet = "1"
    node.onload = node.onerror = done
    root.prepend(node)
  })
}

const text = (tag, words, cls) => {
  const node = document.createElement(tag)
  if (cls) node.className = cls
  node.textContent = words
  return node
}

function touchRule(L, map, el, hint) {
  // One finger scrolls the page past the map until the map is tapped.
  if (!window.matchMedia("(pointer: coarse)").matches) return
  map.dragging.disable()
  hint.hidden = false
  const sleep = () => { map.dragging.disable(); el.classList.remove("awake"); hint.hidden = false }
  const wake = () => { map.dragging.enable(); el.classList.add("awake"); hint.hidden = true }
  hint.addEventListener("click", wake)
  el.addEventListener("dblclick", wake)
  document.addEventListener("touchstart", (e) => { if (!e.composedPath().includes(el)) sleep() }, { passive: true })
}

function fit(s, data, day) {
  const L = leaflet
  let points = []
  if (data.days.length) {
    for (const d of data.days) {
      if (day !== null && d.day !== day) continue
      for (const p of d.stops) {
        points.push([p.lat, p.lon])
        for (const q of p.parts) points.push([q.lat, q.lon])
      }
      if (day !== null || !d.stops.length) for (const g of d.legs) if (g.near) points.push(...g.points)
    }
  }
  for (const p of data.points) points.push([p.lat, p.lon])
  if (!points.length) points = data.bounds
  s.map.fitBounds(L.latLngBounds(points), { padding: [34, 34], maxZoom: 15, animate: false })
}

function pin(L, p, cls, label, onPick) {
  const body = text("span", p.n ? String(p.n) : "", "pin-face")
  const icon = L.divIcon({ className: cls, html: body, iconSize: [44, 44], iconAnchor: [22, 22] })
  const marker = L.marker([p.lat, p.lon], { icon, keyboard: Boolean(p.n), riseOnHover: true })
  marker.on("add", () => {
    const node = marker.getElement()
    node.setAttribute("aria-label", label)
    if (!p.n) { node.setAttribute("aria-hidden", "true"); node.removeAttribute("role") }
  })
  marker.on("click keypress", (e) => {
    if (e.type === "keypress" && e.originalEvent.key !== "Enter") return
    onPick(p)
  })
  return marker
}

const HALF = 13 // a pin's radius, px
const LABEL_SIDES = [["right", [15, 0]], ["left", [-15, 0]], ["bottom", [0, 13]], ["top", [0, -13]]]

function draw(s, data, setTriggerValue) {
  const L = leaflet
  s.layers.clearLayers()
  s.pins = []
  s.dots = []
  s.labels = []
  for (const d of data.days) {
    if (s.day !== null && d.day !== s.day) continue
    for (const g of d.legs) {
      L.polyline(g.points, {
        color: d.color, weight: g.mode === "walk" ? 2 : 3, opacity: 0.95, interactive: false, className: "leg",
        dashArray: g.mode === "rail" ? "9 6" : g.mode === "walk" ? "1 6" : null, lineCap: "round",
      }).addTo(s.layers).getElement().style.setProperty("--day", d.color)
    }
    for (const p of d.stops) {
      if (p.parts.length > 1) {
        L.polyline(p.parts.map((q) => [q.lat, q.lon]), { weight: 2, dashArray: "1 6", lineCap: "round", interactive: false, className: "leg" })
          .addTo(s.layers).getElement().style.setProperty("--day", d.color)
      }
      for (const q of p.parts) {
        const dot = L.circleMarker([q.lat, q.lon], { radius: 4, interactive: false, className: "part" })
        label(s, dot, q.name, "name small", 2)
        dot.addTo(s.layers).getElement().style.setProperty("--day", d.color)
      }
      const said = `${d.label} ${p.n} ${p.full} ${p.time}`
      const marker = pin(L, p, `pin${p.picked ? " pin-picked" : ""}`, said, (q) => setTriggerValue("picked", q.id))
      marker.on("add", () => marker.getElement().style.setProperty("--day", d.color))
      label(s, marker, p.parts.length ? "" : p.name, "name", 1)
      marker.addTo(s.layers)
      s.pins.push(marker)
    }
  }
  for (const p of data.points) {
    const marker = pin(L, p, `dot-pin${p.picked ? " pin-picked" : ""}`, p.name, (q) => setTriggerValue("picked", q.id))
    marker.bindTooltip(text("span", p.name), { direction: "top", offset: [0, -8], permanent: Boolean(p.picked), className: "name" })
    marker.addTo(s.layers)
    s.dots.push(marker)
  }
}

function label(s, layer, words, cls, rank) {
  if (!words) return
  layer.bindTooltip(text("span", words), { permanent: true, direction: "right", offset: [15, 0], className: cls, interactive: false })
  s.labels.push({ layer, rank })
}

const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

function settle(s) {
  if (s.gone) return
  // Pins that would lie on one another move aside; a name that finds no free side is not shown.
  const taken = []
  const near = (x, y) => taken.some((q) => Math.hypot(q[0] - x, q[1] - y) < 2 * HALF + 4)
  for (const marker of s.pins) {
    const node = marker.getElement()
    if (!node) continue
    const at = s.map.latLngToContainerPoint(marker.getLatLng())
    let [dx, dy] = [0, 0]
    for (let k = 1; near(at.x + dx, at.y + dy) && k < 24; k++) {
      const turn = (k * Math.PI) / 4, away = 2 * HALF + 4 + 10 * Math.floor(k / 8)
      dx = Math.round(Math.cos(turn) * away)
      dy = Math.round(Math.sin(turn) * away)
    }
    taken.push([at.x + dx, at.y + dy])
    node.style.marginLeft = `${dx - 22}px`
    node.style.marginTop = `${dy - 22}px`
    marker.shift = [dx, dy]
  }
  const frame = s.map.getContainer().getBoundingClientRect()
  const full = taken.map(([x, y]) => ({ left: frame.left + x - HALF, right: frame.left + x + HALF, top: frame.top + y - HALF, bottom: frame.top + y + HALF }))
  const dots = s.dots.map((marker) => marker.getElement()).filter(Boolean)
  full.push(...dots.map((node) => node.firstChild.getBoundingClientRect()))
  const zoom = s.map.zoomControl.getContainer().getBoundingClientRect()
  full.push(zoom)
  for (const { layer } of [...s.labels].sort((a, b) => a.rank - b.rank)) {
    const tip = layer.getTooltip()
    const node = tip && tip.getElement()
    if (!node) continue
    const [dx, dy] = layer.shift ?? [0, 0]
    const sides = layer.town ? [["bottom", [0, 2]]] : LABEL_SIDES
    let free = false
    for (const [direction, offset] of sides) {
      tip.options.direction = direction
      tip.options.offset = leaflet.point(offset[0] + dx, offset[1] + dy)
      tip.update()
      const box = node.getBoundingClientRect()
      free = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom &&
        !full.some((other) => meet(box, other))
      if (free) { full.push(box); break }
    }
    node.style.visibility = free ? "" : "hidden"
  }
}

function dayButtons(s, data, bar, setTriggerValue) {
  bar.replaceChildren()
  if (data.days.length < 2) { bar.hidden = true; return }
  bar.hidden = false
  const choices = [{ day: null, label: data.words.all, color: "" }, ...data.days]
  for (const c of choices) {
    const b = text("button", c.label)
    b.type = "button"
    b.style.setProperty("--day", c.color || "currentColor")
    b.setAttribute("aria-pressed", String(s.day === c.day))
    b.addEventListener("click", () => {
      s.day = c.day
      dayButtons(s, s.data, bar, setTriggerValue)
      draw(s, s.data, setTriggerValue)
      s.labels.push(...s.towns.map((layer) => ({ layer, rank: 3 })))
      fit(s, s.data, s.day)
      settle(s)
    })
    bar.append(b)
  }
}

async function ground(s, data) {
  // Outlines, roads, rail and towns, under everything else.
  const L = leaflet
  s.base.clearLayers()
  const counties = await outline(asset(data, data.outlines))
  if (s.gone || s.shape !== data.shape) return
  if (counties) {
    L.geoJSON(counties, { pane: "base", interactive: false, style: () => ({ className: "county", weight: 1.2 }) }).addTo(s.base)
  }
  for (const line of data.network) {
    L.polyline(line.points, { pane: "base", interactive: false, className: `net net-${line.kind}`, weight: line.kind === "rail" ? 2 : 1.6 }).addTo(s.base)
  }
  s.towns = []
  for (const hub of data.hubs) {
    const mark = L.circleMarker([hub.lat, hub.lon], { pane: "base", radius: 2.5, interactive: false, className: "hub" })
      .bindTooltip(text("span", hub.name), { permanent: true, direction: "bottom", offset: [0, 2], className: "town" })
      .addTo(s.base)
    mark.town = true
    s.towns.push(mark)
  }
}

export default async function ({ data, parentElement, setTriggerValue }) {
  const el = parentElement.querySelector(".map")
  const bar = parentElement.querySelector(".bar")
  const hint = parentElement.querySelector(".hint")
  const note = parentElement.querySelector(".note")
  hint.textContent = data.words.wake
  note.textContent = data.words.note
  el.setAttribute("aria-label", data.words.label)
  await styled(parentElement, asset(data, "leaflet.css"))
  leaflet ??= await import(asset(data, "leaflet-src.esm.js"))
  const L = leaflet
  let s = maps.get(el)
  const fresh = !s
  if (fresh) {
    const map = L.map(el, { zoomControl: false, scrollWheelZoom: false, attributionControl: Boolean(data.tiles), zoomSnap: 0.25 })
    map.zoomControl = L.control.zoom({ position: "bottomright", zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out })
    map.zoomControl.addTo(map)
    map.createPane("base").style.zIndex = 250
    map.setView([37.3, 112.6], 9)
    s = { map, base: L.layerGroup().addTo(map), layers: L.layerGroup().addTo(map), day: null, shape: "", view: "", towns: [], pins: [], dots: [], labels: [] }
    maps.set(el, s)
    let width = 0
    s.watch = new ResizeObserver(() => {
      map.invalidateSize()
      if (Math.abs(el.clientWidth - width) > 40) { width = el.clientWidth; fit(s, s.data ?? data, s.day) }
      settle(s)
    })
    map.on("zoomend moveend", () => settle(s))
    s.watch.observe(el)
    map.on("focus", () => map.scrollWheelZoom.enable())
    map.on("blur", () => map.scrollWheelZoom.disable())
    touchRule(L, map, el, hint)
    if (data.tiles) {
      const t = L.tileLayer(data.tiles.url, { attribution: data.tiles.attribution }).addTo(map)
      let bad = 0
      t.on("tileerror", () => { if (++bad === 3) map.removeLayer(t) })
    }
  }
  s.data = data
  if (s.day !== null && !data.days.some((d) => d.day === s.day)) s.day = null
  dayButtons(s, data, bar, setTriggerValue)
  draw(s, data, setTriggerValue)
  s.labels.push(...s.towns.map((layer) => ({ layer, rank: 3 })))
  if (s.view !== data.view) { s.view = data.view; fit(s, data, s.day) }
  settle(s)
  if (s.shape !== data.shape) {
    s.shape = data.shape
    await ground(s, data)
    if (s.gone) return undefined
    s.labels.push(...s.towns.map((layer) => ({ layer, rank: 3 })))
    settle(s)
  }
  return () => { s.gone = true; s.watch.disconnect(); s.map.remove(); maps.delete(el) }
}

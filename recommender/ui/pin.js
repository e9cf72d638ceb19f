// Where one record stands: a pin to drag, or to set by a tap, among what else is there.
let leaflet = null
const maps = new WeakMap()

const asset = (data, name) => new URL(data.assets + name, document.baseURI).href

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

function start(L, el, data) {
  const map = L.map(el, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, minZoom: 7, maxZoom: 18 })
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map)
  el.setAttribute("role", "group")
  el.setAttribute("aria-label", data.words.label)
  if (data.tiles) L.tileLayer(data.tiles.url, { attribution: data.tiles.attribution }).addTo(map)
  const ground = L.layerGroup().addTo(map)
  fetch(asset(data, data.outlines)).then((r) => (r.ok ? r.json() : null)).catch(() => null).then((shapes) => {
    if (shapes) L.geoJSON(shapes, { interactive: false, style: () => ({ className: "county", weight: 1 }) }).addTo(ground)
    for (const p of data.others) {
      L.circleMarker([p.lat, p.lon], { radius: 3, className: "other", weight: 1 }).bindTooltip(p.name).addTo(map)
    }
  })
  if (window.matchMedia("(pointer: coarse)").matches) map.dragging.disable()
  new ResizeObserver(() => map.invalidateSize()).observe(el)
  return { map, pin: null, at: "" }
}

export default async function ({ data, parentElement, setTriggerValue }) {
  const el = parentElement.querySelector(".map")
  await styled(parentElement, asset(data, "leaflet/leaflet.css"))
  leaflet ??= await import(asset(data, "leaflet/leaflet-src.esm.js"))
  const L = leaflet
  let s = maps.get(el)
  if (!s) {
    s = start(L, el, data)
    maps.set(el, s)
  }
  s.map.off("click")
  const moved = (at) => setTriggerValue("moved", { lat: at.lat, lon: at.lng })
  s.map.on("click", (e) => moved(e.latlng))
  const at = `${data.lat},${data.lon}`
  if (s.at !== at) {
    s.at = at
    s.pin?.remove()
    const icon = L.divIcon({ className: "pin", html: "<i></i>", iconSize: [44, 44], iconAnchor: [22, 22] })
    s.pin = L.marker([data.lat, data.lon], { icon, draggable: true, autoPan: true, keyboard: false, alt: data.words.label }).addTo(s.map)
    s.map.setView([data.lat, data.lon], s.map._loaded ? s.map.getZoom() : 12, { animate: false })
  }
  s.pin.off("dragend")
  s.pin.on("dragend", () => moved(s.pin.getLatLng()))
}

"""Made-up names: everyday, long and decorated ones."""

GIVEN = ["Ana", "Bo", "Ada", "Bruno", "Celia", "Dario", "Edda", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Kaia", "Leon", "Mara", "Nico", "Olive", "Piet", "Runa", "Sam", "Tilda", "Uri", "Vera", "Wim", "Xenia", "Yara", "Zeno", "Alma", "Boris", "Clara", "Dunya", "Elias", "Flora", "Goran", "Hilde", "Ivo", "Jette", "Kuno", "Lotte", "Milo", "Noor", "Otto", "Paz", "Quin", "Rosa", "Sven", "Tove", "Ulla", "Viggo", "Wanda"]
FAMILY = ["Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fernhill", "Gale", "Heath", "Ivory", "Juniper", "Kestrel", "Larch", "Maple", "Nettle", "Oakes", "Pinero", "Quill", "Rowan", "Sedge", "Thorne", "Umber", "Vale", "Willow", "Yarrow", "Zephyr", "Ashby", "Brook", "Cliff", "Dell", "Estero", "Fjord", "Grove", "Hollow", "Inlet", "Jetty", "Knoll", "Lagoon", "Marsh", "Nook", "Orchard", "Prairie", "Quarry", "Ridge", "Shoal", "Tarn", "Upland", "Vista", "Wold", "Yew", "Zinnia"]
LONG = (
    "Maria-Fernanda Guadalupe Anastasia",
    "Villaverde de la Montaña y Rocafuerte-Hollingsworthington",
)
DECORATED = ("Zoë 🌻", "Ñandú-O’Brien 🦊")

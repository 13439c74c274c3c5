/* The bundle of every page. Each module looks after one thing and finds its elements by data- attributes. */
import "./htmx_setup.js";
import "./theme.js";
import "./measure.js";
import "./dialog.js";
import "./floating.js";
import "./toast.js";
import "./form_keeper.js";
import "./list.js";
import "./quick_view.js";
import "./sheet.js";
import "./date_field.js";
import "./drop_zone.js";
import "./palette.js";
import "./keyboard.js";
import "./live.js";
import "./lazy.js";
import "./alpine.js";

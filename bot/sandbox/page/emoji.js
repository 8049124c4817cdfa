/** The common shortcodes. A name that is not here is shown as it was written. */
const TABLE = `
pushpin 📌|round_pushpin 📍|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|warning ⚠️|rotating_light 🚨
fire 🔥|boom 💥|zap ⚡|bell 🔔|no_bell 🔕|loudspeaker 📢|mega 📣|eyes 👀|thumbsup 👍|+1 👍|thumbsdown 👎|-1 👎|ok_hand 👌
raised_hands 🙌|clap 👏|pray 🙏|wave 👋|muscle 💪|point_right 👉|point_left 👈|point_up 👆|point_down 👇|raised_hand ✋|hand ✋
smile 😄|smiley 😃|grin 😁|grinning 😀|joy 😂|slightly_smiling_face 🙂|wink 😉|blush 😊|thinking_face 🤔|neutral_face 😐|confused 😕
worried 😟|cry 😢|sob 😭|scream 😱|sweat 😓|sweat_smile 😅|relieved 😌|sunglasses 😎|face_with_monocle 🧐|exploding_head 🤯|tada 🎉
heart ❤️|broken_heart 💔|green_heart 💚|blue_heart 💙|star ⭐|sparkles ✨|100 💯|question ❓|grey_question ❔|exclamation ❗|bangbang ‼️
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫
large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|white_large_square ⬜|black_large_square ⬛
small_blue_diamond 🔹|small_orange_diamond 🔸|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrow_forward ▶️
fast_forward ⏩|double_vertical_bar ⏸️|black_square_for_stop ⏹️|repeat 🔁|arrows_counterclockwise 🔄|hourglass ⌛|hourglass_flowing_sand ⏳
stopwatch ⏱️|alarm_clock ⏰|timer_clock ⏲️|clock1 🕐|clock3 🕒|clock9 🕘|calendar 📅|date 📅|spiral_calendar_pad 🗓️
phone ☎️|telephone ☎️|telephone_receiver 📞|iphone 📱|calling 📲|email ✉️|envelope ✉️|incoming_envelope 📨|e-mail 📧|inbox_tray 📥|outbox_tray 📤
speech_balloon 💬|left_speech_bubble 🗨️|thought_balloon 💭|busts_in_silhouette 👥|bust_in_silhouette 👤|male-technologist 👨‍💻|female-technologist 👩‍💻
memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|page_facing_up 📄|page_with_curl 📃|newspaper 📰|bookmark 🔖|bookmark_tabs 📑|books 📚|open_book 📖
notebook 📓|ledger 📒|card_index 📇|file_folder 📁|open_file_folder 📂|paperclip 📎|link 🔗|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉
bar_chart 📊|mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|gear ⚙️
nut_and_bolt 🔩|toolbox 🧰|computer 💻|desktop_computer 🖥️|keyboard ⌨️|globe_with_meridians 🌐|earth_africa 🌍|house 🏠|office 🏢|hospital 🏥
department_store 🏬|convenience_store 🏪|shopping_trolley 🛒|shopping_bags 🛍️|credit_card 💳|moneybag 💰|euro 💶|package 📦|truck 🚚
ambulance 🚑|fire_engine 🚒|helmet_with_white_cross ⛑️|construction 🚧|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|traffic_light 🚥|vertical_traffic_light 🚦
checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|trophy 🏆|dart 🎯|bulb 💡|rocket 🚀|robot_face 🤖|ghost 👻|bug 🐛|snail 🐌
sunny ☀️|cloud ☁️|rain_cloud 🌧️|thunder_cloud_and_rain ⛈️|droplet 💧|ocean 🌊|coffee ☕|pizza 🍕|it 🇮🇹|gb 🇬🇧|flag-it 🇮🇹|flag-gb 🇬🇧
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|information_source ℹ️|sos 🆘|new 🆕|ok 🆗|up 🆙|free 🆓
heavy_plus_sign ➕|heavy_minus_sign ➖|recycle ♻️|handshake 🤝|writing_hand ✍️|brain 🧠|test_tube 🧪|microscope 🔬|magnet 🧲|fire_extinguisher 🧯
ledger 📒|ticket 🎫|label 🏷️|performing_arts 🎭|movie_camera 🎥|microphone 🎤|headphones 🎧|sound 🔊|mute 🔇|battery 🔋|electric_plug 🔌|satellite 📡
`;

const GLYPHS = new Map(TABLE.trim().split(/[\n|]/).map((pair) => pair.split(" ")));

/** The glyph for a shortcode without colons, or null. A skin tone is left out. */
export function glyph(name) {
  return GLYPHS.get(name.split("::")[0]) ?? null;
}

export const emojiNames = () => [...GLYPHS.keys()];
/** Offered when someone adds a reaction. */
export const QUICK = ["pushpin", "eyes", "white_check_mark", "thumbsup", "raised_hands", "pray", "question", "fire", "heart", "tada", "x", "hourglass"];

package emoji

// source is the table: a code and its emoji, by and by. The names are those that
// GitHub and most chats know; the order within each group is by how common they
// are, for completion.
const source = `
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 heart ❤️ joy 😂 tada 🎉 smile 😄 eyes 👀 fire 🔥
rocket 🚀 pray 🙏 clap 👏 wave 👋 thinking 🤔 shrug 🤷 100 💯 ok_hand 👌 sparkles ✨ sob 😭
grin 😁 laughing 😆 smiley 😃 grinning 😀 sweat_smile 😅 rofl 🤣 slightly_smiling_face 🙂
upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 smiling_face_with_three_hearts 🥰
star_struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜
zany_face 🤪 money_mouth_face 🤑 hugs 🤗 hand_over_mouth 🤭 shushing_face 🤫 zipper_mouth_face 🤐
raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 roll_eyes 🙄
grimacing 😬 lying_face 🤥 relieved 😌 pensive 😔 sleepy 😪 drooling_face 🤤 sleeping 😴 mask 😷
nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 woozy_face 🥴 dizzy_face 😵
exploding_head 🤯 cowboy_hat_face 🤠 partying_face 🥳 sunglasses 😎 nerd_face 🤓 monocle_face 🧐
confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
pleading_face 🥺 frowning 😦 anguished 😧 fearful 😨 cold_sweat 😰 disappointed 😞 cry 😢 scream 😱
sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 smiling_imp 😈 skull 💀
poop 💩 clown_face 🤡 ghost 👻 alien 👽 robot 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
smiley_cat 😺 kiss 💋 melting_face 🫠 saluting_face 🫡
broken_heart 💔 two_hearts 💕 sparkling_heart 💖 orange_heart 🧡 yellow_heart 💛 green_heart 💚
blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 boom 💥 dizzy 💫 sweat_drops 💦 dash 💨
speech_balloon 💬 thought_balloon 💭 zzz 💤 anger 💢
raised_hand ✋ vulcan_salute 🖖 pinched_fingers 🤌 crossed_fingers 🤞 v ✌️ metal 🤘 call_me_hand 🤙
point_left 👈 point_right 👉 point_up_2 👆 point_down 👇 point_up ☝️ fist ✊ facepunch 👊
raised_hands 🙌 open_hands 👐 handshake 🤝 writing_hand ✍️ muscle 💪 ear 👂 brain 🧠 eye 👁️
facepalm 🤦 person_shrugging 🤷 bow 🙇 raising_hand 🙋 no_good 🙅 ok_person 🙆 detective 🕵️
ninja 🥷 technologist 🧑‍💻 astronaut 🧑‍🚀 scientist 🧑‍🔬 superhero 🦸 mage 🧙 zombie 🧟
dancer 💃 runner 🏃 walking 🚶 family 👪 baby 👶 footprints 👣
monkey 🐒 dog 🐶 wolf 🐺 fox_face 🦊 raccoon 🦝 cat 🐱 lion 🦁 tiger 🐯 horse 🐴 unicorn 🦄 cow 🐮
pig 🐷 mouse 🐭 rabbit 🐰 bear 🐻 panda_face 🐼 sloth 🦥 otter 🦦 hedgehog 🦔 bat 🦇 chicken 🐔
chick 🐤 bird 🐦 penguin 🐧 duck 🦆 owl 🦉 frog 🐸 turtle 🐢 snake 🐍 dragon 🐉 whale 🐳 dolphin 🐬
fish 🐟 octopus 🐙 crab 🦀 snail 🐌 butterfly 🦋 bug 🐛 ant 🐜 bee 🐝 ladybug 🐞 spider 🕷️
bouquet 💐 cherry_blossom 🌸 rose 🌹 sunflower 🌻 tulip 🌷 seedling 🌱 evergreen_tree 🌲 palm_tree 🌴
cactus 🌵 herb 🌿 four_leaf_clover 🍀 maple_leaf 🍁 mushroom 🍄
apple 🍎 banana 🍌 lemon 🍋 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 pineapple 🍍
tomato 🍅 avocado 🥑 carrot 🥕 hot_pepper 🌶️ bread 🍞 croissant 🥐 cheese 🧀 egg 🥚 bacon 🥓
hamburger 🍔 fries 🍟 pizza 🍕 hotdog 🌭 taco 🌮 popcorn 🍿 sushi 🍣 ramen 🍜 rice 🍚 icecream 🍦
doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 chocolate_bar 🍫 candy 🍬 honey_pot 🍯 coffee ☕ tea 🍵
wine_glass 🍷 cocktail 🍸 beer 🍺 beers 🍻 clinking_glasses 🥂 champagne 🍾 fork_and_knife 🍴
earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 world_map 🗺️ mountain ⛰️ volcano 🌋 camping 🏕️
beach_umbrella 🏖️ house 🏠 office 🏢 hospital 🏥 school 🏫 factory 🏭 castle 🏰 tent ⛺ bridge_at_night 🌉
train 🚆 bus 🚌 taxi 🚕 car 🚗 truck 🚚 tractor 🚜 bike 🚲 scooter 🛴 construction 🚧 anchor ⚓ sailboat ⛵
ship 🚢 airplane ✈️ helicopter 🚁 satellite 🛰️ flying_saucer 🛸 fuelpump ⛽ rotating_light 🚨
hourglass ⌛ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ moon 🌙 sunny ☀️ star ⭐ star2 🌟 cloud ☁️
partly_sunny ⛅ rain_cloud 🌧️ rainbow 🌈 umbrella ☔ zap ⚡ snowflake ❄️ snowman ⛄ comet ☄️ droplet 💧
ocean 🌊 tornado 🌪️
jack_o_lantern 🎃 christmas_tree 🎄 fireworks 🎆 sparkler 🎇 balloon 🎈 confetti_ball 🎊 gift 🎁
ticket 🎫 trophy 🏆 medal 🏅 first_place 🥇 second_place 🥈 third_place 🥉 soccer ⚽ baseball ⚾
basketball 🏀 football 🏈 tennis 🎾 bowling 🎳 dart 🎯 video_game 🎮 joystick 🕹️ game_die 🎲 jigsaw 🧩
chess_pawn ♟️ art 🎨 performing_arts 🎭 thread 🧵
crown 👑 tophat 🎩 mortar_board 🎓 ring 💍 gem 💎 mute 🔇 speaker 🔊 loudspeaker 📢 mega 📣 bell 🔔
no_bell 🔕 musical_note 🎵 notes 🎶 microphone 🎤 headphones 🎧 radio 📻 guitar 🎸 piano 🎹 trumpet 🎺
violin 🎻 drum 🥁 iphone 📱 phone ☎️ battery 🔋 electric_plug 🔌 computer 💻 desktop_computer 🖥️
printer 🖨️ keyboard ⌨️ floppy_disk 💾 cd 💿 movie_camera 🎥 tv 📺 camera 📷 mag 🔍 candle 🕯️ bulb 💡
flashlight 🔦 book 📖 books 📚 notebook 📓 scroll 📜 newspaper 📰 bookmark 🔖 moneybag 💰 credit_card 💳
chart 📈 chart_with_downwards_trend 📉 email 📧 inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫
ballot_box 🗳️ pencil2 ✏️ pen 🖊️ memo 📝 briefcase 💼 file_folder 📁 calendar 📅 clipboard 📋 pushpin 📌
paperclip 📎 straight_ruler 📏 scissors ✂️ wastebasket 🗑️ lock 🔒 unlock 🔓 key 🔑 hammer 🔨 axe 🪓
pick ⛏️ dagger 🗡️ bow_and_arrow 🏹 shield 🛡️ wrench 🔧 screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️ link 🔗
chains ⛓️ toolbox 🧰 magnet 🧲 test_tube 🧪 dna 🧬 microscope 🔬 telescope 🔭 satellite_antenna 📡
syringe 💉 pill 💊 door 🚪 bed 🛏️ toilet 🚽 shower 🚿 soap 🧼 broom 🧹 shopping_cart 🛒
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 radioactive ☢️ biohazard ☣️ arrow_up ⬆️ arrow_down ⬇️
arrow_left ⬅️ arrow_right ➡️ arrows_counterclockwise 🔄 back 🔙 soon 🔜 top 🔝 peace_symbol ☮️
yin_yang ☯️ infinity ♾️ recycle ♻️ white_check_mark ✅ heavy_check_mark ✔️ x ❌ plus ➕ minus ➖
question ❓ exclamation ❗ bangbang ‼️ interrobang ⁉️ copyright ©️ registered ®️ tm ™️ new 🆕 free 🆓 cool 🆒
ok 🆗 sos 🆘 up 🆙 zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣
keycap_ten 🔟 red_circle 🔴 orange_circle 🟠 yellow_circle 🟡 green_circle 🟢 large_blue_circle 🔵
purple_circle 🟣 black_circle ⚫ white_circle ⚪ red_square 🟥 green_square 🟩 blue_square 🟦
checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ rainbow_flag 🏳️‍🌈 pirate_flag 🏴‍☠️
`

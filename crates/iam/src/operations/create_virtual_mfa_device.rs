//! CreateVirtualMFADevice. Its seed is shown this once.

use aws_types::wire::Blob;
use model_iam::types::{CreateVirtualMFADeviceRequest, CreateVirtualMFADeviceResponse, VirtualMFADevice};
use world::rng;

use crate::Cx;
use crate::entity::{MfaDevice, ROOT_PATH, tags_to_wire};
use crate::error::{Result, exists, invalid_input};
use crate::qr_png::qr_png;
use crate::tags::{Tagged, new_tags};

/// The longest name and path (IAM guide, "IAM and AWS STS quotas": 128 characters; the serial number's bound is the model's).
const MOST: usize = 226;

/// Makes a device that is nobody's yet.
pub async fn create_virtual_mfa_device(
    cx: &Cx<'_>,
    input: CreateVirtualMFADeviceRequest,
) -> Result<CreateVirtualMFADeviceResponse> {
    let mut device = MfaDevice {
        account: cx.account().to_owned(),
        path: input.path.unwrap_or_else(|| ROOT_PATH.to_owned()),
        name: input.virtual_mfa_device_name,
        seed: String::new(),
        created: cx.now_s(),
        enabled: None,
        tags: new_tags(MfaDevice::TAGS, input.tags)?,
    };
    if device.path.len() + device.name.len() > MOST {
        return Err(invalid_input("The name of the MFA device is too long.")); // own
    }
    let serial = device.arn();
    let seed: [u8; totp::SECRET_BYTES] = rng::bytes(cx.rng());
    device.seed = cx.store().sealer().seal_text(&MfaDevice::context(&serial), &seed);
    let taken = || exists("MFADevice entity at the same path and name already exists."); // field
    cx.create(&serial, &device, taken, |_| ()).await?;
    let secret = totp::base32(&seed);
    let address = format!("otpauth://totp/{}@{}?secret={secret}", device.name, device.account);
    let shown = VirtualMFADevice {
        serial_number: Some(serial),
        base32_string_seed: Some(Blob(secret.into_bytes())),
        qr_code_png: qr_png(&address).map(Blob),
        tags: tags_to_wire(&device.tags),
        ..VirtualMFADevice::default()
    };
    Ok(CreateVirtualMFADeviceResponse { virtual_mfa_device: Some(shown) })
}
